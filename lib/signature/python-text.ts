import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";

/**
 * A JSON value as the reference, a Python program, writes it into a signature: `None`, `True`, and
 * lists and objects with their text items in quotes.
 */
export function pythonText(value: Json): string {
  return typeof value === "string" ? value : literal(value);
}

/** Whether a JSON value counts as something: the reference takes empty lists and objects for nothing, too. */
export function isSomething(value: Json | undefined): boolean {
  if (isJsonArray(value)) return value.length > 0;
  return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function literal(value: Json | undefined): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quoted(value);
  if (isJsonArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${literal(item)}`)
      .join(", ")}}`;
  return String(value);
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return (
    quote +
    text
      .replaceAll("\\", "\\\\")
      .replaceAll("\n", "\\n")
      .replaceAll("\r", "\\r")
      .replaceAll("\t", "\\t")
      .replaceAll(quote, `\\${quote}`) +
    quote
  );
}
