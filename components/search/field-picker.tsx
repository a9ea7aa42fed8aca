"use client";

import { useState } from "react";
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import type { FormField } from "./form-field";
import styles from "./search-form.module.css";

interface FieldPickerProps {
  readonly label: string;
  /** Hides the label from those who see what stands around it. */
  readonly quiet?: boolean;
  readonly fields: readonly FormField[];
  readonly value: string | null;
  readonly onPick: (name: string) => void;
  /** Starts afresh after each choice: for adding to a list. */
  readonly clears?: boolean;
}

/** Chooses one of the many search fields, by typing part of its name. */
export function FieldPicker({
  label,
  quiet = false,
  fields,
  value,
  onPick,
  clears = false,
}: FieldPickerProps) {
  const [round, setRound] = useState(0);
  return (
    <ComboBox
      key={round}
      className={styles.picker ?? ""}
      defaultValue={value}
      defaultItems={fields.map((field) => ({ ...field, id: field.name }))}
      menuTrigger="focus"
      onChange={(key) => {
        if (key === null) return;
        onPick(String(key));
        if (clears) setRound(round + 1);
      }}
    >
      <Label className={quiet ? "visually-hidden" : ""}>{label}</Label>
      <div className={styles.pickerBox}>
        <Input placeholder="field …" />
        <Button aria-label="Show all fields">▾</Button>
      </div>
      <Popover className={styles.popover ?? ""}>
        <ListBox className={styles.options ?? ""}>
          {(item: FormField & { readonly id: string }) => (
            <ListBoxItem id={item.id} textValue={item.label} className={styles.option ?? ""}>
              {item.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
