import { BadArgument } from "#lib/core/errors";
import type { Database } from "#lib/db/database";
import { productVersions, type ProductVersion } from "#lib/db/product-versions";

/** A version as clients of 2018 know it. */
export interface PublishedVersion {
  readonly product: string;
  readonly version: string;
  /** Day of its first build, YYYY-MM-DD. */
  readonly start_date: string;
  /** Versions do not end here. */
  readonly end_date: null;
  /** Percent of its crashes that are kept. */
  readonly throttle: number;
  readonly is_featured: boolean;
  readonly build_type: string;
  readonly has_builds: boolean;
  readonly is_rapid_beta: boolean;
}

export interface VersionQuery {
  readonly products?: readonly string[] | undefined;
  readonly versions?: readonly string[] | undefined;
  readonly channels?: readonly string[] | undefined;
  /** A day, with an operator in front unless it is that very day. */
  readonly startDate?: string | undefined;
}

/** The versions whose builds are known, by product, newest first. Throws BadArgument for a day that is none. */
export async function publishedVersions(
  database: Database,
  { products, versions, channels, startDate }: VersionQuery,
): Promise<readonly PublishedVersion[]> {
  const fits = dayFilter(startDate);
  const found = await productVersions(database, {
    ...(products && { products }),
    ...(versions && { versions }),
    ...(channels && { channels: channels.map((channel) => channel.toLowerCase()) }),
  });
  const oldestFirst = [...found].sort((one, other) => order(one.buildId, other.buildId));
  const firsts = new Map<string, ProductVersion>();
  for (const build of oldestFirst) {
    const key = JSON.stringify([build.productName, build.versionString, build.releaseChannel]);
    if (!firsts.has(key)) firsts.set(key, build);
  }
  return [...firsts.values()]
    .sort(
      (one, other) =>
        order(one.productName, other.productName) ||
        other.majorVersion - one.majorVersion ||
        order(other.buildId, one.buildId),
    )
    .map(publishedVersion)
    .filter(({ start_date }) => fits(start_date));
}

function publishedVersion({
  productName,
  versionString,
  releaseChannel,
  buildId,
}: ProductVersion): PublishedVersion {
  return {
    product: productName,
    version: versionString,
    start_date: buildId.replace(/^(\d{4})(\d{2})(\d{2}).*$/, "$1-$2-$3"),
    end_date: null,
    throttle: 100,
    is_featured: false,
    build_type: releaseChannel,
    has_builds: true,
    is_rapid_beta: releaseChannel === "beta",
  };
}

function dayFilter(text: string | undefined): (day: string) => boolean {
  if (text === undefined) return () => true;
  const [, operator = "=", wanted = ""] = /^(<=|>=|=|<|>)?(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (wanted === "")
    throw new BadArgument(
      `Bad value for parameter(s) 'start_date': "${text}" is no day such as >=2026-11-24`,
    );
  return (day) => {
    const difference = order(day, wanted);
    return (
      (difference === 0 && operator.includes("=")) ||
      (difference < 0 && operator.startsWith("<")) ||
      (difference > 0 && operator.startsWith(">"))
    );
  };
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
