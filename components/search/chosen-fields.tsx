"use client";

import { Button } from "#components/ui/button";
import { FieldPicker } from "./field-picker";
import type { FormField } from "./form-field";
import styles from "./search-form.module.css";

interface ChosenFieldsProps {
  readonly label: string;
  readonly fields: readonly FormField[];
  readonly chosen: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}

/** A list of fields that can be added to and taken from. */
export function ChosenFields({ label, fields, chosen, onChange }: ChosenFieldsProps) {
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  const rest = fields.filter(({ name }) => !chosen.includes(name));
  return (
    <div className={styles.chosen}>
      <FieldPicker
        label={label}
        fields={rest}
        value={null}
        onPick={(name) => onChange([...chosen, name])}
        clears
      />
      <ul className="row" aria-label={`${label}: chosen`}>
        {chosen.map((name) => (
          <li key={name}>
            <Button
              className={styles.chip}
              onClick={() => onChange(chosen.filter((other) => other !== name))}
              aria-label={`${label}: remove ${labelOf(name)}`}
            >
              {labelOf(name)} <span aria-hidden="true">✕</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
