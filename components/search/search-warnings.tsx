import Link from "next/link";
import { Notice } from "#components/ui/notice";
import type { Warning } from "#lib/search/plan/warnings/warning";

/** What a search probably does not mean, with a link to what it probably does. */
export function SearchWarnings({ warnings }: { readonly warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <Notice tone="warning" title="This search may not mean what you mean.">
      <ul>
        {warnings.map(({ parameter, message, suggestion }, index) => (
          <li key={index}>
            {message}{" "}
            {suggestion !== undefined && (
              <Link href={`/search/?${suggestion}`}>
                Correct {parameter === "_query" ? "the query" : parameter}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
