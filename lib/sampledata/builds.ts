import type { Product } from "./products";
import { hash, type Random } from "./random";

/** What a user has installed. */
export interface Build {
  readonly version: string;
  readonly channel: string;
  /** First number of the version. */
  readonly major: number;
  /** Epoch milliseconds. */
  readonly releasedAt: number;
  /** YYYYMMDDHHMMSS */
  readonly buildId: string;
  /** Epoch milliseconds. */
  readonly builtAt: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TRAIN = 28 * DAY;
const FIRST_MAJOR = 118;
const FIRST_RELEASE = Date.UTC(2023, 8, 26, 14);

/** Days from a major release to the releases that follow it. */
const POINT_RELEASES = [0, 7, 16];
const BETA_DAYS = 3;
const ESR_MAJORS = 13;
const FIRST_ESR = 115;

/** How long half of the users take to update is about two thirds of this. */
const ADOPTION = 3 * DAY;

/** The newest major version that is released at a time, epoch milliseconds. */
export function currentMajor(product: Product, time: number): number {
  return product.name === "Osprey Studio"
    ? new Date(time).getUTCFullYear()
    : FIRST_MAJOR + Math.floor((time - FIRST_RELEASE) / TRAIN);
}

/** A build that a user of the channel has at a time: mostly the newest, or one that is not updated yet. */
export function installedBuild(product: Product, channel: string, time: number, chance: Random): Build {
  const builds = releasedBuilds(product, channel, time);
  const adopted = builds.find(
    ({ releasedAt }) => !chance.chance(0.95 * Math.exp((releasedAt - time) / ADOPTION)),
  );
  const build = adopted ?? builds.at(-1);
  if (!build)
    throw new RangeError(
      `No build of ${product.name} ${channel} existed on ${new Date(time).toISOString()}.`,
    );
  return build;
}

/** The builds of a channel that were out at a time, newest first; the older ones of a long line are left out. */
export function releasedBuilds(product: Product, channel: string, time: number): readonly Build[] {
  const hour = Math.floor(time / HOUR) * HOUR;
  const key = `${product.name} ${channel} ${hour}`;
  const known = released.get(key);
  if (known) return known;
  const builds =
    product.name === "Osprey Studio" ? quarterlyBuilds(channel, hour) : trainBuilds(product, channel, hour);
  const newest = builds
    .filter(({ releasedAt }) => releasedAt <= hour)
    .sort((one, other) => other.releasedAt - one.releasedAt)
    .slice(0, 8);
  released.set(key, newest);
  return newest;
}

/** Builds by product, channel and hour: submissions come in order, many of them in the same hour. */
const released = new Map<string, readonly Build[]>();

function trainBuilds(product: Product, channel: string, time: number): Build[] {
  const current = currentMajor(product, time);
  const start = (major: number): number => FIRST_RELEASE + (major - FIRST_MAJOR) * TRAIN;
  const recent = [current - 2, current - 1, current];
  switch (channel) {
    case "nightly":
      return Array.from({ length: 8 }, (_, index) => {
        const built = Math.floor(time / (DAY / 2)) * (DAY / 2) - index * (DAY / 2) - 2.4 * HOUR;
        const major = currentMajor(product, built) + 2;
        return build(`${major}.0a1`, channel, { releasedAt: built + HOUR, builtAt: built });
      });
    case "beta":
      return recent.flatMap((major) =>
        Array.from({ length: 9 }, (_, index) => {
          const releasedAt = start(major) + index * BETA_DAYS * DAY;
          return build(`${major + 1}.0b${index + 1}`, channel, { releasedAt, builtAt: releasedAt - DAY });
        }),
      );
    case "esr":
      return recent.map((major) => {
        const line = FIRST_ESR + Math.floor((major - FIRST_ESR) / ESR_MAJORS) * ESR_MAJORS;
        return build(`${line}.${major - line}.0`, channel, {
          releasedAt: start(major),
          builtAt: start(major) - 8 * DAY,
        });
      });
    default:
      return recent.flatMap((major) =>
        POINT_RELEASES.map((days, point) => {
          const releasedAt = start(major) + days * DAY;
          const version = point === 0 ? `${major}.0` : `${major}.0.${point}`;
          return build(version, channel, { releasedAt, builtAt: releasedAt - (point === 0 ? 6 : 2) * DAY });
        }),
      );
  }
}

/** Versions such as 2026.3.1: year, quarter and monthly patch; the beta channel is a quarter ahead. */
function quarterlyBuilds(channel: string, time: number): Build[] {
  const year = new Date(time).getUTCFullYear();
  return [year - 1, year].flatMap((each) =>
    [1, 2, 3, 4].flatMap((quarter) =>
      [0, 1, 2].map((patch) => {
        const releasedAt = Date.UTC(each, 3 * (quarter - 1) + patch, 11, 10);
        const version = channel === "beta" ? betaOf(each, quarter, patch) : `${each}.${quarter}.${patch}`;
        return build(version, channel, { releasedAt, builtAt: releasedAt - 3 * DAY });
      }),
    ),
  );
}

function betaOf(year: number, quarter: number, patch: number): string {
  const [nextYear, nextQuarter] = quarter === 4 ? [year + 1, 1] : [year, quarter + 1];
  return `${nextYear}.${nextQuarter}.0b${patch + 1}`;
}

function build(version: string, channel: string, times: Pick<Build, "releasedAt" | "builtAt">): Build {
  // Builds end at odd seconds, each version at its own.
  const builtAt = times.builtAt + (hash(version + channel) % 3_600) * 1_000;
  const buildId = new Date(builtAt).toISOString().replace(/\D/g, "").slice(0, 14);
  return {
    version,
    channel,
    major: Number.parseInt(version, 10),
    releasedAt: times.releasedAt,
    buildId,
    builtAt,
  };
}
