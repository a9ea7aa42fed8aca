import { BadSetting } from "#lib/core/errors";

/** One name of a composition with what stands in its brackets: `name(inner, key=text)`. */
export interface Composition {
  readonly name: string;
  /** What is no option, as it is written. */
  readonly parts: readonly string[];
  /** What is written as `key=text`. */
  readonly options: ReadonlyMap<string, string>;
}

/** Takes the outermost name of a composition apart. Throws BadSetting for brackets that do not fit. */
export function parseComposition(text: string): Composition {
  const match = /^([a-z0-9-]+)\s*(?:\((.*)\))?$/s.exec(text.trim());
  if (!match) throw refuse(`"${text}" is not a name, or a name with something in brackets`);
  const [, name = "", inner = ""] = match;
  const parts: string[] = [];
  const options = new Map<string, string>();
  for (const part of splitOutside(inner)) {
    const [, key, value] = /^([a-z]+)=(.*)$/s.exec(part) ?? [];
    if (key !== undefined && value !== undefined) options.set(key, value.trim());
    else parts.push(part);
  }
  return { name, parts, options };
}

/** Splits at commas that are not inside of brackets. Throws BadSetting for brackets that do not fit. */
export function splitOutside(text: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (depth < 0) throw refuse(`"${text}" has a ) too many`);
    if (character === "," && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + character);
  }
  if (depth > 0) throw refuse(`"${text}" has a ( that is not closed`);
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Throws BadSetting for an option that a name does not take. */
export function refuseStrangeOptions({ name, options }: Composition, accepted: readonly string[]): void {
  const strange = [...options.keys()].find((key) => !accepted.includes(key));
  if (strange !== undefined)
    throw refuse(`${name} has no option "${strange}". Accepted: ${accepted.join(", ") || "none"}`);
}

/** Whether a table has an entry of that name, and not merely inherits one. */
export function isKeyOf<Table extends object>(
  table: Table,
  name: string,
): name is Extract<keyof Table, string> {
  return Object.hasOwn(table, name);
}

/** The error for a composition that cannot be used. */
export function refuse(why: string): BadSetting {
  return new BadSetting(`CRASHSTORAGE: ${why}.`);
}
