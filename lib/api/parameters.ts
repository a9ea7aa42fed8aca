import { z } from "zod";
import { InvalidParameters } from "#lib/core/errors";

/** Which of an endpoint's parameters are repeated rather than given once. */
export function listParameters(input: z.ZodObject): ReadonlySet<string> {
  const { properties = {} } = z.toJSONSchema(input, { io: "input" });
  const isList = (schema: unknown) =>
    typeof schema === "object" && schema !== null && "type" in schema && schema.type === "array";
  return new Set(Object.keys(properties).filter((name) => isList(properties[name])));
}

/**
 * What an endpoint is asked, from a query string or form. Of a parameter that is given once the last
 * value counts, trimmed; one that is empty is not given. Parameters that the endpoint does not know say
 * nothing. Throws InvalidParameters, in the reference's words.
 */
export function parseParameters<Input extends z.ZodObject>(
  input: Input,
  lists: ReadonlySet<string>,
  given: URLSearchParams,
): z.output<Input> {
  refuseNull(given);
  const entries = Object.keys(input.shape).flatMap((name): [string, string | string[]][] => {
    const values = given.getAll(name);
    if (lists.has(name)) return values.length === 0 ? [] : [[name, values]];
    const last = values.at(-1)?.trim() ?? "";
    return last === "" ? [] : [[name, last]];
  });
  const parsed = input.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const errors = new Map<string, string[]>();
  for (const { path, message, code } of parsed.error.issues) {
    const name = String(path[0] ?? "__all__");
    // All that was given is text or a list of it, so a wrong type is a missing value.
    const text = code === "invalid_type" ? "This field is required." : message;
    errors.set(name, [...(errors.get(name) ?? []), text]);
  }
  throw new InvalidParameters(Object.fromEntries(errors));
}

function refuseNull(given: URLSearchParams): void {
  for (const [name, value] of given)
    if (value.includes("\0")) throw new InvalidParameters({ [name]: ["Null characters are not allowed."] });
}
