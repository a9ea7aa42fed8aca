import type { SearchPage } from "#lib/reports/search-page";
import styles from "./explain.module.css";

type Explanation = NonNullable<SearchPage["explanation"]>;

/** How the results came about, for those who want to know. */
export function Explain({ explanation }: { readonly explanation: Explanation }) {
  const { words, engine, query, timings } = explanation;
  return (
    <details className={styles.box}>
      <summary>Explain</summary>
      <p>{words}</p>
      <p>
        Asked the engine {engine}: {timings.parse_ms.toFixed(1)} ms to understand the search,{" "}
        {timings.search_ms.toFixed(1)} ms to answer it.
      </p>
      {query !== undefined && (
        <pre className={styles.query} role="region" aria-label="Query of the engine" tabIndex={0}>
          {JSON.stringify(query, null, 2)}
        </pre>
      )}
    </details>
  );
}
