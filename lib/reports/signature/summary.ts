import type { Bucket } from "#lib/search/result";
import { ask, buckets, cardinality, countOf, type Question, type ReportContext } from "../ask";

/** A counted value, and its share of all in percent. */
export interface Share {
  readonly term: string;
  readonly count: number;
  readonly percent: number;
}

/** What the crashes of a signature have in common. */
export interface SignatureSummary {
  readonly total: number;
  readonly startup: number;
  /** Crashes in the first minute. */
  readonly early: number;
  readonly platforms: readonly Share[];
  readonly products: readonly (Share & {
    readonly product: string;
    readonly version: string;
    readonly installs: number;
  })[];
  readonly processTypes: readonly Share[];
  readonly uptimes: readonly Share[];
  readonly architectures: readonly Share[];
  readonly reasons: readonly Share[];
}

const UPTIME_RANGES = [
  { term: "less than 1 minute", below: 60 },
  { term: "1 to 5 minutes", below: 300 },
  { term: "5 to 15 minutes", below: 900 },
  { term: "15 to 60 minutes", below: 3600 },
  { term: "more than 1 hour", below: Infinity },
] as const;

/** Who and what has this signature. `question`: exactly the signature, and the page's filters. */
export async function signatureSummary(
  context: ReportContext,
  question: Question,
): Promise<SignatureSummary> {
  const { total, facets } = await ask(context, {
    ...question,
    _facets: [
      "platform_pretty_version",
      "process_type",
      "cpu_arch",
      "startup_crash",
      "reason",
      "_histogram.uptime",
    ],
    "_aggs.product.version": ["_cardinality.install_time"],
    "_histogram_interval.uptime": 60,
    _facets_size: 50,
    _results_number: 0,
  });
  const shares = (name: string) => buckets(facets, name).map((bucket) => shareOf(bucket, total));
  const uptimes = uptimeShares(buckets(facets, "histogram_uptime"), total);
  return {
    total,
    startup: countOf(facets, "startup_crash", "T"),
    early: uptimes.find(({ term }) => term === UPTIME_RANGES[0].term)?.count ?? 0,
    platforms: shares("platform_pretty_version"),
    products: buckets(facets, "product").flatMap((product) => versionsOf(product, total)),
    processTypes: shares("process_type"),
    uptimes,
    architectures: shares("cpu_arch"),
    reasons: shares("reason"),
  };
}

function shareOf({ term, count }: Bucket, total: number): Share {
  return { term: String(term), count, percent: total === 0 ? 0 : (100 * count) / total };
}

function versionsOf(product: Bucket, total: number) {
  return buckets(product.facets, "version").map((version) => ({
    ...shareOf(version, total),
    product: String(product.term),
    version: String(version.term),
    installs: Math.min(cardinality(version.facets, "install_time"), version.count),
  }));
}

function uptimeShares(histogram: readonly Bucket[], total: number): readonly Share[] {
  const counted = UPTIME_RANGES.map(({ term, below }, index) => {
    const above = UPTIME_RANGES[index - 1]?.below ?? -Infinity;
    const inRange = histogram.filter(
      ({ term: seconds }) => Number(seconds) >= above && Number(seconds) < below,
    );
    return shareOf({ term, count: inRange.reduce((sum, { count }) => sum + count, 0) }, total);
  });
  return counted.filter(({ count }) => count > 0);
}
