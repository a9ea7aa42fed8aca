import type { FieldName } from "#lib/fields/catalogue";
import { ask, buckets, type Question, type ReportContext } from "../ask";

const LINES = 5;

/** Crashes per day, a line for each of the most frequent values of a field. */
export interface CrashesPerDay {
  readonly field: FieldName;
  /** The values that have lines, most frequent first. */
  readonly terms: readonly string[];
  /** Every day of the range, oldest first, days without crashes too. */
  readonly days: readonly { readonly day: string; readonly counts: readonly number[] }[];
  /** Values without a line. */
  readonly others: readonly { readonly term: string; readonly count: number }[];
}

/** Counts per day over the range of a question's dates. `from` and `to` are ISO dates. */
export async function crashesPerDay(
  context: ReportContext,
  question: Question,
  { field, from, to }: { readonly field: FieldName; readonly from: string; readonly to: string },
): Promise<CrashesPerDay> {
  const { facets } = await ask(context, {
    ...question,
    _facets: field,
    "_histogram.date": field,
    _results_number: 0,
  });
  const all = buckets(facets, field).map(({ term, count }) => ({ term: String(term), count }));
  const terms = all.slice(0, LINES).map(({ term }) => term);
  const counted = new Map(
    buckets(facets, "histogram_date").map((day) => [
      String(day.term).slice(0, 10),
      buckets(day.facets, field),
    ]),
  );
  const days = daysBetween(from, to).map((day) => {
    const counts = new Map((counted.get(day) ?? []).map(({ term, count }) => [String(term), count]));
    return { day, counts: terms.map((term) => counts.get(term) ?? 0) };
  });
  return { field, terms, days, others: all.slice(LINES) };
}

function daysBetween(from: string, to: string): readonly string[] {
  const first = Date.parse(`${from.slice(0, 10)}T00:00:00Z`);
  const last = Date.parse(to);
  const count = Math.max(0, Math.floor((last - first) / 86_400_000) + 1);
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * 86_400_000).toISOString().slice(0, 10),
  );
}
