import { addDays, subDays } from "date-fns";
import { BadArgument } from "#lib/core/errors";
import { parseMicroseconds } from "#lib/core/time";
import { ask, buckets, type ReportContext } from "#lib/reports/ask";

/** Which crashes are looked at; dates are ISO 8601 in UTC. */
export interface NewSignaturesQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Where the time before begins, in which new signatures have no crash. */
  readonly before?: string | undefined;
  readonly products: readonly string[];
  readonly versions: readonly string[];
}

const SIGNATURES = 100;
const DAYS = 8;
const DAYS_BEFORE = 14;

/** Of the most frequent signatures of a time those without a crash in the time before. */
export async function newSignatures(
  context: ReportContext,
  query: NewSignaturesQuery,
): Promise<readonly string[]> {
  const to = dateOf("end_date", query.to) ?? addDays(context.now, 1);
  const from = dateOf("start_date", query.from) ?? subDays(to, DAYS);
  const before = dateOf("not_after", query.before) ?? subDays(from, DAYS_BEFORE);
  const within = (start: Date, end: Date) => ({
    date: [`>=${start.toISOString()}`, `<${end.toISOString()}`],
    _facets_size: SIGNATURES,
    _results_number: 0,
  });
  const builds = { product: query.products, version: query.versions };
  const exactly = Object.fromEntries(Object.entries(builds).filter(([, values]) => values.length > 0));
  const { facets } = await ask(context, within(from, to), exactly);
  const frequent = buckets(facets, "signature").map(({ term }) => String(term));
  if (frequent.length === 0) return [];
  const earlier = await ask(context, within(before, from), { ...exactly, signature: frequent });
  const known = new Set(buckets(earlier.facets, "signature").map(({ term }) => String(term)));
  return frequent.filter((signature) => !known.has(signature));
}

function dateOf(name: string, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const microseconds = parseMicroseconds(text);
  if (microseconds === null)
    throw new BadArgument(`Bad value for parameter(s) '${name}': "${text}" is no date such as 2026-11-24`);
  return new Date(Number(microseconds / 1000n));
}
