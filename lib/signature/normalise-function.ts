import { replaceGroups, splitOutsideBrackets } from "./brackets";

/** How a function's name is to be written. */
export interface NormaliseOptions {
  /** Line of the source file, as the stackwalker has it. */
  readonly line: string;
  /** Whether the name is one that is told apart by its line. */
  readonly hasLineNumber: (name: string) => boolean;
}

const QUALIFIERS = ["const", "const&", "const &", "&&", "&"] as const;

/** The name of a C or C++ function without return type, arguments, template arguments and qualifiers. */
export function normaliseCppFunction(name: string, options: NormaliseOptions): string {
  let text = QUALIFIERS.reduce(
    (rest, qualifier) => (rest.endsWith(qualifier) ? rest.slice(0, -qualifier.length).trim() : rest),
    name,
  );
  if (!text.includes("::operator")) text = dropPrefixAndReturnType(text);
  text = text.replaceAll("`anonymous namespace'", "(anonymous namespace)").replace(/::\$_\d+::/g, "::$::");
  text = collapseCppArguments(collapseCppTypes(text));
  if (text.includes("clone .cold")) text = replaceGroups(text, "[", "]", () => "");
  return tidy(withLine(text, options));
}

/** The name of a Rust function without generic arguments, arguments and hash. */
export function normaliseRustFunction(name: string, options: NormaliseOptions): string {
  const types = replaceGroups(dropPrefixAndReturnType(name), "<", ">", ({ text }) =>
    text.includes(" as ") ? text : "<T>",
  );
  const bare = replaceGroups(types, "(", ")", () => "");
  return tidy(withLine(bare, options)).replace(/::h[0-9a-fA-F]+$/, "");
}

/** The last word of a declaration outside all brackets, glued to the ones before it while it is an argument list or clone label. */
export function dropPrefixAndReturnType(declaration: string): string {
  const words = [...splitOutsideBrackets(declaration)];
  // A single space at the end ends the last word; a second one would begin an empty one.
  if (words.at(-1) === "") words.pop();
  let last = words.pop() ?? "";
  while (words.length > 0 && (last.startsWith("(") || last.startsWith("[clone")))
    last = `${words.pop() ?? ""} ${last}`;
  return last;
}

/** Writes `<T>` for template arguments, but keeps those that tell functions apart. */
export function collapseCppTypes(text: string): string {
  return replaceGroups(text, "<", ">", ({ before, text: group }) => {
    if (group === "<name omitted>" || group.includes(" as ") || group.includes(" in ")) return group;
    if (before.endsWith("operator")) return group;
    if (before.endsWith("IPC::ParamTraits")) return `<${collapseCppTypes(group.replace(/^<|>$/g, ""))}>`;
    return "<T>";
  });
}

/** Removes argument lists, but keeps the anonymous namespace and the name of a call or cast operator. */
export function collapseCppArguments(text: string): string {
  return replaceGroups(text, "(", ")", ({ before, text: group }) => {
    return group === "(anonymous namespace)" || before.endsWith("operator") ? group : "";
  });
}

function withLine(text: string, { line, hasLineNumber }: NormaliseOptions): string {
  return hasLineNumber(text) ? `${text}:${line}` : text;
}

/** No space before `*`, `&` and `,`, one after every comma. */
function tidy(text: string): string {
  return text.replace(/ (?=[*&,])/g, "").replace(/,(?! )/g, ", ");
}
