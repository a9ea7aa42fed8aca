import { Button } from "./button";
import { Choice } from "./choice";
import styles from "./field-choice.module.css";

interface FieldChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly action: string;
  /** Sent along as they are. */
  readonly hidden: readonly (readonly [name: string, value: string])[];
}

/** A form with one choice. */
export function FieldChoice({ label, name, value, options, action, hidden }: FieldChoiceProps) {
  return (
    <form className={styles.form} action={action}>
      {hidden.map(([key, content], index) => (
        <input key={index} type="hidden" name={key} value={content} />
      ))}
      <Choice label={label} name={name} value={value} options={options} />
      <Button type="submit">Show</Button>
    </form>
  );
}
