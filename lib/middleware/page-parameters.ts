import type { Parameters } from "#lib/search/plan/request";

/** The query string of a page as the framework gives it. */
export type PageSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The same as request parameters. */
export function pageParameters(search: PageSearch): Parameters {
  const entries = Object.entries(search).flatMap(([name, value]): [string, readonly string[]][] => {
    if (value === undefined) return [];
    return [[name, typeof value === "string" ? [value] : value]];
  });
  return new Map(entries);
}

/** The last value of a parameter; null when it is missing or empty. */
export function lastOf(parameters: Parameters, name: string): string | null {
  const value = parameters.get(name)?.at(-1)?.trim();
  return value === undefined || value === "" ? null : value;
}

/** A parameter that is one of some values; anything else is the default. */
export function choiceOf<Choice extends string>(
  parameters: Parameters,
  name: string,
  choices: readonly Choice[],
  byDefault: Choice,
): Choice {
  const value = lastOf(parameters, name);
  return choices.find((choice) => choice === value) ?? byDefault;
}

/** A page number: 1 for anything that is none. */
export function pageNumber(parameters: Parameters): number {
  const text = lastOf(parameters, "page") ?? "1";
  return /^\d{1,6}$/.test(text) ? Math.max(1, Number(text)) : 1;
}
