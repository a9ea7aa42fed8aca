"use client";

import { startTransition, useActionState, useId, type SyntheticEvent } from "react";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { CodeArea } from "#components/ui/code-area";
import { Notice } from "#components/ui/notice";
import type { LaboratoryOutcome } from "#lib/reports/laboratory";
import { LaboratoryTable } from "./laboratory-table";
import styles from "./laboratory.module.css";

interface LaboratoryFormProps {
  /** Names of the signature lists in use, and their texts. */
  readonly lists: readonly (readonly [name: string, text: string])[];
  readonly largestSample: number;
  readonly tryLists: (before: LaboratoryOutcome, form: FormData) => Promise<LaboratoryOutcome>;
}

/** An editor of signature lists, the crashes they are tried on, and what they would change. */
export function LaboratoryForm({ lists, largestSample, tryLists }: LaboratoryFormProps) {
  const id = useId();
  const [outcome, action, pending] = useActionState(tryLists, { kind: "none" });
  // A form that is sent by its action alone is emptied afterwards, and the edited lists would be gone.
  const send = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(() => {
      action(form);
    });
  };
  return (
    <>
      <Card title="Lists and crashes">
        <form className={styles.form} action={action} onSubmit={send} aria-label="Experiment">
          {lists.map(([name, text]) => (
            <details key={name} open={name === "prefix_signature_re"}>
              <summary>{name}</summary>
              <CodeArea aria-label={name} name={name} defaultValue={text} rows={16} />
            </details>
          ))}
          <label htmlFor={`${id}-query`}>
            Crashes: parameters of Super Search, or the address of a search
          </label>
          <input
            id={`${id}-query`}
            name="query"
            className={styles.query}
            placeholder="product=Firefox&signature=~alloc"
            autoComplete="off"
          />
          <label htmlFor={`${id}-sample`}>How many of the newest (at most {largestSample})</label>
          <input
            id={`${id}-sample`}
            name="sample"
            type="number"
            className={styles.sample}
            min={1}
            max={largestSample}
            defaultValue={500}
            required
          />
          <div className="row">
            <Button type="submit" look="primary" disabled={pending}>
              Try the lists
            </Button>
            <span role="status">{pending && "Grouping crashes …"}</span>
          </div>
        </form>
      </Card>
      {outcome.kind === "refused" && (
        <Notice tone="danger" title="The lists were not tried.">
          {outcome.reason}
        </Notice>
      )}
      {outcome.kind === "compared" && <LaboratoryTable summary={outcome.summary} parts={outcome.parts} />}
    </>
  );
}
