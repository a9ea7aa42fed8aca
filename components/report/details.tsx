import Link from "next/link";
import { Badge } from "#components/ui/badge";
import { Card } from "#components/ui/card";
import { searchHref } from "#lib/core/links";
import type { DetailGroup, DetailRow } from "#lib/reports/report-view/details";
import styles from "./details.module.css";

/** The facts of a crash, by what they are about. */
export function Details({ groups }: { readonly groups: readonly DetailGroup[] }) {
  return (
    <div className="columns">
      {groups.map(({ title, rows }) => (
        <Card key={title} title={title} flush>
          <dl className={styles.list}>
            {rows.map((row) => (
              <Fact key={row.label} row={row} />
            ))}
          </dl>
        </Card>
      ))}
    </div>
  );
}

function Fact({ row }: { readonly row: DetailRow }) {
  return (
    <>
      <dt title={row.description}>
        {row.label} {row.isProtected && <Badge tone="warning">protected</Badge>}
      </dt>
      <dd>
        <div className={styles.value}>
          {row.isLong ? <pre>{row.text}</pre> : <span className="mono">{row.text}</span>}
          {row.search && (
            <Link
              className={styles.find}
              href={searchHref({ [row.search.field]: row.search.value })}
              aria-label={`Find crashes with the same ${row.label.toLowerCase()}`}
            >
              alike
            </Link>
          )}
        </div>
      </dd>
    </>
  );
}
