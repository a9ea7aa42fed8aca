import { subDays } from "date-fns";
import { UTCDate } from "@date-fns/utc";
import type { Database } from "#lib/db/database";
import { listProducts } from "#lib/db/products";
import { newestSignatures } from "#lib/db/signatures";
import { formatDate } from "#lib/core/time";
import { ask, buckets, type ReportContext } from "./ask";

const DAYS = 7;
const VERSIONS_SHOWN = 4;
const NEW_WITHIN_DAYS = 3;
const NEW_SIGNATURES_SHOWN = 8;

/** A product as the home page shows it. */
export interface ProductSummary {
  readonly name: string;
  readonly description: string;
  /** Crashes of the last 7 days. */
  readonly count: number;
  /** Crashes per day, oldest first. */
  readonly perDay: readonly number[];
  /** The versions that crash most. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
}

/** A signature that appeared for the first time lately. */
export interface NewSignature {
  readonly signature: string;
  readonly firstDate: string;
  readonly count: number;
  readonly products: readonly string[];
}

export interface HomeReport {
  readonly days: number;
  readonly total: number;
  readonly products: readonly ProductSummary[];
  readonly newSignatures: readonly NewSignature[];
}

/** What happened to each product in the last 7 days, and what is new. */
export async function homeReport(context: ReportContext, database: Database): Promise<HomeReport> {
  const [products, result, newSignatures] = await Promise.all([
    listProducts(database),
    ask(context, { "_aggs.product": ["_histogram.date", "version"], _results_number: 0, _facets_size: 1000 }),
    recentSignatures(context, database),
  ]);
  const days = lastDays(context.now);
  const counted = new Map(buckets(result.facets, "product").map((bucket) => [bucket.term, bucket]));
  const summaries = products.map(({ name, description }): ProductSummary => {
    const found = counted.get(name);
    const perDay = new Map(
      buckets(found?.facets, "histogram_date").map(({ term, count }) => [String(term).slice(0, 10), count]),
    );
    const versions = buckets(found?.facets, "version").slice(0, VERSIONS_SHOWN);
    return {
      name,
      description,
      count: found?.count ?? 0,
      perDay: days.map((day) => perDay.get(day) ?? 0),
      versions: versions.map(({ term, count }) => ({ version: String(term), count })),
    };
  });
  summaries.sort((one, other) => other.count - one.count);
  return { days: DAYS, total: result.total, products: summaries, newSignatures };
}

function lastDays(now: Date): readonly string[] {
  const today = new UTCDate(now);
  return Array.from({ length: DAYS + 1 }, (_, index) =>
    subDays(today, DAYS - index)
      .toISOString()
      .slice(0, 10),
  );
}

async function recentSignatures(
  context: ReportContext,
  database: Database,
): Promise<readonly NewSignature[]> {
  const since = new Date(context.now.getTime() - NEW_WITHIN_DAYS * 86_400_000);
  const newest = await newestSignatures(database, since, NEW_SIGNATURES_SHOWN);
  if (newest.length === 0) return [];
  const signature = newest.map((found) => `=${found.signature}`);
  const { facets } = await ask(context, {
    signature,
    "_aggs.signature": ["product"],
    _results_number: 0,
    _facets_size: 1000,
  });
  const counted = new Map(buckets(facets, "signature").map((bucket) => [bucket.term, bucket]));
  return newest.map(({ signature: text, firstDate }) => {
    const found = counted.get(text);
    const products = buckets(found?.facets, "product").map(({ term }) => String(term));
    return { signature: text, firstDate: formatDate(firstDate), count: found?.count ?? 0, products };
  });
}
