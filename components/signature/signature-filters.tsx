import Link from "next/link";
import { Button } from "#components/ui/button";
import { Choice } from "#components/ui/choice";
import { fieldLabel } from "#lib/search/plan/form";
import styles from "./signature-filters.module.css";

/** A filter that narrows the page, and the address without it. */
export interface AppliedFilter {
  readonly field: string;
  readonly value: string;
  readonly without: string;
}

interface SignatureFiltersProps {
  /** Everything the page was asked for. */
  readonly hidden: readonly (readonly [string, string])[];
  /** Empty when the page was asked for dates. */
  readonly days: string;
  readonly dayChoices: readonly string[];
  readonly filters: readonly AppliedFilter[];
}

/** What narrows the page: its time, and filters that can be taken away one by one. */
export function SignatureFilters({ hidden, days, dayChoices, filters }: SignatureFiltersProps) {
  const choices = dayChoices.map((value) => ({
    value,
    label: value === "1" ? "last day" : `last ${value} days`,
  }));
  const options = dayChoices.includes(days) ? choices : [{ value: days, label: "as linked" }, ...choices];
  return (
    <div className="row">
      <form className={styles.form} action="/signature/">
        {hidden
          .filter(([name]) => name !== "_days")
          .map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
        <Choice label="Time" name="_days" value={days} options={options} />
        <Button type="submit">Show</Button>
      </form>
      <ul className="row" aria-label="Filters">
        {filters.map(({ field, value, without }) => (
          <li key={`${field} ${value}`}>
            <Link
              className={styles.filter}
              href={without}
              aria-label={`Take away the filter ${fieldLabel(field)} ${value}`}
            >
              {fieldLabel(field)}: <span className="mono">{value}</span> <span aria-hidden="true">✕</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
