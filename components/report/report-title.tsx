import Link from "next/link";
import { Badge } from "#components/ui/badge";
import { TimeStamp } from "#components/ui/time-stamp";
import type { CrashId } from "#lib/core/crash-id";
import { searchHref, signatureHref } from "#lib/core/links";
import type { ReportView } from "#lib/reports/report-view/report";
import styles from "./report-title.module.css";

/** Which crash this is, and the ways on from it. */
export function ReportTitle({
  id,
  view,
  now,
}: {
  readonly id: CrashId;
  readonly view: ReportView;
  readonly now: Date;
}) {
  const { signature, product, version, date, gist } = view;
  return (
    <header>
      <p className="muted">
        {product} {version} crash report
      </p>
      <h1 className={styles.signature}>{signature}</h1>
      {gist.length > 0 && <p className="mono">{gist.join(" · ")}</p>}
      <div className={`row ${styles.facts ?? ""}`}>
        <Badge>{product === "" ? "unknown product" : product}</Badge>
        {version !== "" && <Badge>{version}</Badge>}
        <TimeStamp date={date} now={now} />
        <span className={`mono muted ${styles.id ?? ""}`}>{id}</span>
        <Link href={signatureHref(signature, product === "" ? {} : { product })}>
          More reports with this signature
        </Link>
        <Link href={searchHref({ signature: `=${signature}` })}>Search</Link>
      </div>
    </header>
  );
}
