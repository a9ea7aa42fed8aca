"use client";

import { useId, useState, type SyntheticEvent } from "react";
import { Button } from "#components/ui/button";
import { CodeArea } from "#components/ui/code-area";
import { Notice } from "#components/ui/notice";
import { LIMITS } from "#lib/search/plan/limits";
import styles from "./custom-query-form.module.css";

interface CustomQueryFormProps {
  /** A search body as JSON. */
  readonly initial: string;
  /** The newest first. */
  readonly indices: readonly string[];
}

type Answer =
  | { readonly kind: "none" | "waiting" }
  | { readonly kind: "result"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** An editor of a search body, the indices it goes to, and what came of it. */
export function CustomQueryForm({ initial, indices }: CustomQueryFormProps) {
  const [queryId, indicesId] = [useId(), useId()];
  const [answer, setAnswer] = useState<Answer>({ kind: "none" });
  const send = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAnswer({ kind: "waiting" });
    void ask(new FormData(event.currentTarget)).then(setAnswer);
  };
  return (
    <form className={styles.form} onSubmit={send} aria-label="Custom query">
      <label htmlFor={queryId}>Query in JSON</label>
      <CodeArea
        id={queryId}
        name="query"
        defaultValue={initial}
        rows={20}
        maxLength={LIMITS.customQueryLength}
        required
      />
      <label htmlFor={indicesId}>Indices (none: those of the last 7 days)</label>
      <select id={indicesId} name="indices" className={styles.indices} multiple size={6}>
        <option value="ALL">ALL</option>
        {indices.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <div className="row">
        <Button type="submit" look="primary" disabled={answer.kind === "waiting"}>
          Run the query
        </Button>
        <span role="status">{answer.kind === "waiting" && "Elasticsearch is asked …"}</span>
      </div>
      {answer.kind === "refused" && (
        <Notice tone="danger" title="There is no result.">
          {answer.reason}
        </Notice>
      )}
      {answer.kind === "result" && (
        <pre className={styles.result} role="region" aria-label="Result" tabIndex={0}>
          {answer.text}
        </pre>
      )}
    </form>
  );
}

async function ask(form: FormData): Promise<Answer> {
  const body = new URLSearchParams();
  for (const [name, value] of form) if (typeof value === "string") body.append(name, value);
  try {
    const answer = await fetch("/search/query/", { method: "POST", body });
    const content = (await answer.json()) as unknown;
    return answer.ok
      ? { kind: "result", text: JSON.stringify(content, null, 2) }
      : { kind: "refused", reason: reasonIn(content) };
  } catch (error) {
    return { kind: "refused", reason: `The server did not answer: ${String(error)}` };
  }
}

/** An error of the API: one text, or texts by parameter. */
function reasonIn(content: unknown): string {
  const { error, detail, errors } = content as Readonly<Record<string, unknown>>;
  if (typeof error === "string") return error;
  if (typeof detail === "string") return detail;
  return Object.values(errors ?? {})
    .flat()
    .join(" ");
}
