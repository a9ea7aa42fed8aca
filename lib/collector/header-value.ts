/** A header such as `form-data; name="a"`, taken apart. */
export interface HeaderValue {
  /** What stands before the first semicolon, in lower case. */
  readonly value: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /;\s*([^\s;=]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"?|([^;]*))/gs;

/** Parameters may be in any order and quoted or not; inside quotes `\"` and `\\` are escapes. */
export function parseHeaderValue(text: string): HeaderValue {
  const [value = ""] = text.split(";", 1);
  const parameters = [...text.matchAll(parameter)].map(([, name = "", quoted, bare]): [string, string] => [
    name.toLowerCase(),
    quoted?.replace(/\\(["\\])/g, "$1") ?? bare?.trim() ?? "",
  ]);
  return { value: value.trim().toLowerCase(), parameters: new Map(parameters) };
}
