import type { Database } from "#lib/db/database";
import { firstAppearances } from "#lib/db/signatures";
import { formatDate } from "#lib/core/time";
import type { Bucket } from "#lib/search/result";
import { ask, buckets, cardinality, countOf, type Question, type ReportContext } from "./ask";

/** What a top crashers list is asked for. */
export interface TopCrashersQuery {
  readonly product: string;
  /** Empty: all versions. */
  readonly versions: readonly string[];
  readonly days: number;
  /** `any`, `other` (none of the known ones) or a process type. */
  readonly processType: string;
  /** Null: all platforms. */
  readonly platform: string | null;
  readonly reportType: "any" | "crash" | "hang";
  readonly size: number;
}

/** One signature in the list. */
export interface TopCrasher {
  /** 1 for the most frequent. */
  readonly rank: number;
  readonly signature: string;
  readonly count: number;
  /** Share of all crashes in the window, in percent. */
  readonly percent: number;
  /** Percent now minus percent in the window before; null when it was too rare then to know. */
  readonly difference: number | null;
  /** Seen for the first time ever in this window. */
  readonly isNew: boolean;
  /** Places gained since the window before. */
  readonly movement: number | null;
  readonly windows: number;
  readonly mac: number;
  readonly linux: number;
  readonly installs: number;
  readonly startup: "all" | "some" | null;
  /** More than half of the crashes came in the first minute. */
  readonly early: boolean;
  /** ISO date of its first crash ever; null when unknown. */
  readonly firstAppearance: string | null;
}

export interface TopCrashersReport {
  readonly from: string;
  readonly to: string;
  readonly total: number;
  /** Crashes that the list covers. */
  readonly covered: number;
  readonly signatures: readonly TopCrasher[];
}

export const PROCESS_TYPES = ["content", "gpu", "parent", "plugin", "rdd", "socket", "utility"] as const;

/** The most frequent signatures of a product in the last days, compared with as many days before. */
export async function topCrashers(
  context: ReportContext,
  database: Database,
  query: TopCrashersQuery,
): Promise<TopCrashersReport> {
  const to = context.now;
  const from = daysBefore(to, query.days);
  const exactly = { product: [query.product] };
  const current = await ask(
    context,
    {
      ...filters(query),
      ...window(from, to),
      "_aggs.signature": ["platform", "startup_crash", "_histogram.uptime", "_cardinality.install_time"],
      "_histogram_interval.uptime": 60,
      _facets_size: query.size,
      _results_number: 0,
    },
    exactly,
  );
  const found = buckets(current.facets, "signature");
  const earlier = {
    ...filters(query),
    ...window(daysBefore(from, query.days), from),
    _facets_size: query.size * 2,
    _results_number: 0,
  };
  const [previous, firsts] = await Promise.all([
    current.total === 0 ? null : ask(context, earlier, exactly),
    firstAppearances(
      database,
      found.map(({ term }) => String(term)),
    ),
  ]);
  const ranked = buckets(previous?.facets, "signature");
  const before = new Map(ranked.map(({ term, count }, index) => [term, { count, rank: index + 1 }]));
  const isComplete = previous !== null && previous.total > 0 && ranked.length < query.size * 2;
  const dates = new Map(firsts.map(({ signature, firstDate }) => [signature, formatDate(firstDate)]));
  const signatures = found.map((bucket, index): TopCrasher => {
    const place = before.get(bucket.term);
    const percent = (100 * bucket.count) / current.total;
    const percentBefore = place && previous ? (100 * place.count) / previous.total : isComplete ? 0 : null;
    const firstAppearance = dates.get(String(bucket.term)) ?? null;
    return {
      ...describe(bucket),
      rank: index + 1,
      percent,
      difference: percentBefore === null ? null : percent - percentBefore,
      movement: place ? place.rank - (index + 1) : null,
      firstAppearance,
      isNew: firstAppearance !== null && new Date(firstAppearance) >= from,
    };
  });
  const covered = signatures.reduce((sum, { count }) => sum + count, 0);
  return { from: from.toISOString(), to: to.toISOString(), total: current.total, covered, signatures };
}

function describe({ term, count, facets }: Bucket) {
  const startups = countOf(facets, "startup_crash", "T");
  const firstMinute = buckets(facets, "histogram_uptime").filter(({ term: uptime }) => Number(uptime) < 60);
  const platform = (start: string) =>
    buckets(facets, "platform")
      .filter(({ term: name }) => String(name).toLowerCase().startsWith(start))
      .reduce((sum, bucket) => sum + bucket.count, 0);
  return {
    signature: String(term),
    count,
    windows: platform("win"),
    mac: platform("mac"),
    linux: platform("lin"),
    installs: Math.min(cardinality(facets, "install_time"), count),
    startup: startups === 0 ? null : startups === count ? ("all" as const) : ("some" as const),
    early: firstMinute.reduce((sum, bucket) => sum + bucket.count, 0) > count / 2,
  };
}

/** The filters of a list as search parameters, which links to the signature's report share. */
export function filters({
  product,
  versions,
  processType,
  platform,
  reportType,
}: TopCrashersQuery): Question {
  const others = PROCESS_TYPES.map((type) => `!${type}`);
  return {
    product,
    version: versions.length > 0 ? versions : undefined,
    process_type: processType === "any" ? undefined : processType === "other" ? others : [`=${processType}`],
    platform: platform === null ? undefined : [platform],
    report_type: reportType === "any" ? undefined : [`=${reportType}`],
  };
}

function window(from: Date, to: Date): Question {
  return { date: [`>=${from.toISOString()}`, `<${to.toISOString()}`] };
}

function daysBefore(date: Date, days: number): Date {
  return new Date(date.getTime() - days * 86_400_000);
}
