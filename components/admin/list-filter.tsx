import { useId } from "react";
import { Button } from "#components/ui/button";
import { Choice } from "#components/ui/choice";
import styles from "./admin.module.css";

interface ListFilterProps {
  /** The address of the list. */
  readonly to: string;
  /** What the list is of. */
  readonly list: string;
  readonly text: { readonly label: string; readonly name: string; readonly value: string };
  readonly choice: {
    readonly label: string;
    readonly name: string;
    readonly value: string;
    readonly options: readonly { readonly value: string; readonly label: string }[];
  };
}

/** Narrows a list by a text and a choice. */
export function ListFilter({ to, list, text, choice }: ListFilterProps) {
  const id = useId();
  return (
    <form action={to} className={styles.filter} role="search" aria-label={list}>
      <div className={styles.field}>
        <label htmlFor={id}>{text.label}</label>
        <input id={id} type="search" name={text.name} defaultValue={text.value} />
      </div>
      <Choice {...choice} />
      <Button type="submit" look="primary">
        Find
      </Button>
    </form>
  );
}
