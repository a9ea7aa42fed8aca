import Link from "next/link";
import { Button } from "#components/ui/button";
import { CodeArea } from "#components/ui/code-area";
import type { QueryField } from "#lib/reports/query-field";
import { LIMITS } from "#lib/search/plan/limits";
import styles from "./query-text-form.module.css";

/** The filters of a search as one text, to be read and changed. It is a plain form and needs no script. */
export function QueryTextForm({ field }: { readonly field: QueryField }) {
  const { text, problem, kept, formHref, inUse } = field;
  return (
    <details className={styles.box} open={inUse || problem !== null}>
      <summary>Query (advanced)</summary>
      <form action="/search/" method="get" className={styles.form} aria-label="Query">
        {kept.map(([name, value], index) => (
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <label htmlFor="query-text">Query</label>
        <CodeArea
          id="query-text"
          name="_query"
          defaultValue={text}
          rows={3}
          maxLength={LIMITS.queryTextLength}
          aria-describedby={problem ? "query-problem query-hint" : "query-hint"}
          aria-invalid={problem !== null}
        />
        {problem && (
          <div id="query-problem" className={styles.problem}>
            {problem.message}
            {problem.column !== null && <MarkedColumn text={text} column={problem.column} />}
          </div>
        )}
        <p id="query-hint" className={styles.hint}>
          For example{" "}
          <code>product = &quot;Firefox&quot; AND (signature ~ &quot;OOM&quot; OR NOT uptime &lt; 60)</code>.
          It takes the place of the filters above.
        </p>
        <div className="row">
          <Button type="submit" look="primary">
            Search with this query
          </Button>
          {formHref !== null && <Link href={formHref}>Turn into filters of the form</Link>}
          {inUse && formHref === null && problem === null && (
            <span className={styles.hint}>The form alone cannot say this query.</span>
          )}
        </div>
      </form>
    </details>
  );
}

const CONTEXT = 60;

/** The place of an error, with what stands around it. */
function MarkedColumn({ text, column }: { readonly text: string; readonly column: number }) {
  const characters = Array.from(text);
  const before = characters.slice(Math.max(0, column - 1 - CONTEXT), column - 1).join("");
  const after = characters.slice(column, column + CONTEXT).join("");
  return (
    <pre className={styles.marked}>
      {before}
      <mark>{characters[column - 1] ?? "\u00a0"}</mark>
      {after}
    </pre>
  );
}
