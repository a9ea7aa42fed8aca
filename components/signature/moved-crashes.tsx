import Link from "next/link";
import { Notice } from "#components/ui/notice";
import type { MovedCrashes } from "#lib/reports/signature/moved-crashes";

/** Leads from an old signature to those that its crashes have now. */
export function MovedCrashesNotice({ targets, movedAll }: MovedCrashes) {
  return (
    <Notice
      tone="info"
      title={
        movedAll
          ? "Crashes of this signature were grouped anew."
          : "Some crashes of this signature were grouped anew."
      }
    >
      They are now in:
      <ul>
        {targets.map(({ signature, crashes, href }) => (
          <li key={signature}>
            <Link href={href} className="mono">
              {signature}
            </Link>{" "}
            ({crashes.toLocaleString("en")})
          </li>
        ))}
      </ul>
    </Notice>
  );
}
