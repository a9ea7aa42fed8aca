"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition, type SubmitEvent } from "react";
import { Button } from "#components/ui/button";
import { FORM_OPERATORS, lineParameter, type FormLine } from "#lib/search/plan/form";
import { ChosenFields } from "./chosen-fields";
import { FilterLine } from "./filter-line";
import type { FormField } from "./form-field";
import styles from "./search-form.module.css";

/** What a search form holds. */
export interface SearchFormState {
  /** `YYYY-MM-DDTHH:MM`, UTC. */
  readonly from: string;
  readonly to: string;
  readonly lines: readonly FormLine[];
  /** A query text that must hold, too; empty for none. */
  readonly query: string;
  readonly facets: readonly string[];
  readonly columns: readonly string[];
  readonly sort: readonly string[];
}

interface SearchFormProps {
  readonly fields: readonly FormField[];
  readonly initial: SearchFormState;
}

const PRESETS = [
  [1, "24 h"],
  [3, "3 days"],
  [7, "7 days"],
  [14, "14 days"],
  [28, "28 days"],
  [90, "90 days"],
] as const;

const NEW_LINE: FormLine = { field: "signature", sign: FORM_OPERATORS.string[0]?.sign ?? "~", value: "" };

/** Puts a search together. What it comes to is an address, which keeps the dates it was asked with. */
export function SearchForm({ fields, initial }: SearchFormProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [state, setState] = useState(initial);
  const set = (change: Partial<SearchFormState>) => setState({ ...state, ...change });
  const go = (next: SearchFormState) => startTransition(() => router.push(addressOf(next)));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    go(state);
  };
  const lastDays = (days: number) => {
    const now = new Date();
    const next = {
      ...state,
      from: minutes(new Date(now.getTime() - days * 86_400_000)),
      to: minutes(new Date(now.getTime() + 60_000)),
    };
    setState(next);
    go(next);
  };
  const filterFields = fields.filter(({ name }) => name !== "date");
  return (
    <form className={styles.form} onSubmit={submit} aria-label="Search">
      <div className={styles.dates}>
        <label>
          From (UTC)
          <input
            type="datetime-local"
            value={state.from}
            onChange={(event) => set({ from: event.target.value })}
          />
        </label>
        <label>
          To (UTC)
          <input
            type="datetime-local"
            value={state.to}
            onChange={(event) => set({ to: event.target.value })}
          />
        </label>
        <div className={styles.presets} role="group" aria-label="Time up to now">
          {PRESETS.map(([days, label]) => (
            <Button key={days} look="quiet" onClick={() => lastDays(days)}>
              {label}
            </Button>
          ))}
        </div>
      </div>
      <div className={styles.lines}>
        {state.lines.map((line, index) => (
          <FilterLine
            key={index}
            line={line}
            fields={filterFields}
            onChange={(changed) => set({ lines: state.lines.with(index, changed) })}
            onRemove={() => set({ lines: state.lines.toSpliced(index, 1) })}
          />
        ))}
      </div>
      {state.query !== "" && (
        <div className={styles.line} role="group" aria-label="Query text">
          and <code className={styles.value}>{state.query}</code>
          <Button look="quiet" onClick={() => set({ query: "" })} aria-label="Remove query text">
            ✕
          </Button>
        </div>
      )}
      <div className={styles.more}>
        <ChosenFields
          label="Facet on"
          fields={filterFields}
          chosen={state.facets}
          onChange={(facets) => set({ facets })}
        />
        <ChosenFields
          label="Show columns"
          fields={fields}
          chosen={state.columns}
          onChange={(columns) => set({ columns })}
        />
      </div>
      <div className={styles.actions}>
        <Button type="submit" look="primary" disabled={isPending}>
          {isPending ? "Searching …" : "Search"}
        </Button>
        <Button onClick={() => set({ lines: [...state.lines, NEW_LINE] })}>Add filter</Button>
      </div>
    </form>
  );
}

function addressOf({ from, to, lines, query: text, facets, columns, sort }: SearchFormState): string {
  const query = new URLSearchParams();
  if (from !== "") query.append("date", `>=${from}:00.000Z`);
  if (to !== "") query.append("date", `<${to}:00.000Z`);
  for (const line of lines) {
    const parameter = lineParameter(line);
    if (parameter !== null) query.append(line.field, parameter);
  }
  if (text !== "") query.append("_query", text);
  for (const facet of facets) query.append("_facets", facet);
  for (const column of columns) query.append("_columns", column);
  for (const field of sort) query.append("_sort", field);
  return `/search/?${query.toString()}`;
}

function minutes(date: Date): string {
  return date.toISOString().slice(0, 16);
}
