import { ask, buckets, type ReportContext } from "./ask";

const WINDOW_DAYS = 60;
const LEAST_CRASHES = 5;
/** New versions are rare, and every list of top crashers asks. */
const KEEP_SECONDS = 3600;

/** Versions of a product seen in the last 60 days, newest first; those with hardly any crash are left out. */
export async function productVersions(context: ReportContext, product: string): Promise<readonly string[]> {
  const from = new Date(context.now.getTime() - WINDOW_DAYS * 86_400_000).toISOString().slice(0, 10);
  const { facets } = await ask(
    { ...context, keepSeconds: KEEP_SECONDS },
    { date: `>=${from}`, _facets: "version", _facets_size: 1000, _results_number: 0 },
    { product: [product] },
  );
  const seen = buckets(facets, "version").filter(({ count }) => count >= LEAST_CRASHES);
  return seen.map(({ term }) => String(term)).sort(newestFirst);
}

/** Orders versions: by their numbers, then final before release candidate before beta before alpha. */
export function newestFirst(one: string, other: string): number {
  const [a, b] = [sortKey(one), sortKey(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (b[index] ?? 0) - (a[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one < other ? 1 : one > other ? -1 : 0;
}

const STAGES: Readonly<Record<string, number>> = { a: 1, b: 2, rc: 3, esr: 5 };
const FINAL = 4;
const NUMBERS_COMPARED = 4;

function sortKey(version: string): readonly number[] {
  const [, numbers = "", stage = "", stageNumber = "0"] =
    /^([\d.]*)\s*(a|b|rc|esr)?(\d*)/.exec(version) ?? [];
  const parts = numbers.split(".").map(Number);
  const padded = Array.from({ length: NUMBERS_COMPARED }, (_, index) => parts[index] ?? 0);
  return [...padded, STAGES[stage] ?? FINAL, Number(stageNumber)];
}
