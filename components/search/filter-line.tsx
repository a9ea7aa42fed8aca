"use client";

import { useId } from "react";
import { Button } from "#components/ui/button";
import { FORM_OPERATORS, type FormLine } from "#lib/search/plan/form";
import { FieldPicker } from "./field-picker";
import type { FormField } from "./form-field";
import styles from "./search-form.module.css";

interface FilterLineProps {
  readonly line: FormLine;
  readonly fields: readonly FormField[];
  readonly onChange: (line: FormLine) => void;
  readonly onRemove: () => void;
}

/** One filter: field, operator, value. */
export function FilterLine({ line, fields, onChange, onRemove }: FilterLineProps) {
  const listId = useId();
  const field = fields.find(({ name }) => name === line.field);
  const operators = FORM_OPERATORS[field?.query ?? "string"];
  const operator = operators.find(({ sign }) => sign === line.sign) ?? operators[0];
  const pickField = (name: string) => {
    const query = fields.find((candidate) => candidate.name === name)?.query ?? "string";
    const fits = FORM_OPERATORS[query].some(({ sign }) => sign === line.sign);
    onChange({ ...line, field: name, sign: fits ? line.sign : (FORM_OPERATORS[query][0]?.sign ?? "") });
  };
  return (
    <div className={styles.line} role="group" aria-label={`Filter ${field?.label ?? ""}`}>
      <FieldPicker label="Field" quiet fields={fields} value={line.field} onPick={pickField} />
      <select
        aria-label="Operator"
        value={operator?.sign}
        onChange={(event) => onChange({ ...line, sign: event.target.value })}
      >
        {operators.map(({ sign, label }) => (
          <option key={sign} value={sign}>
            {label}
          </option>
        ))}
      </select>
      {operator?.takesValue && (
        <input
          aria-label="Value"
          className={styles.value}
          value={line.value}
          list={listId}
          onChange={(event) => onChange({ ...line, value: event.target.value })}
        />
      )}
      <datalist id={listId}>
        {field?.choices.map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
      <Button look="quiet" onClick={onRemove} aria-label={`Remove filter ${field?.label ?? ""}`}>
        ✕
      </Button>
    </div>
  );
}
