import type { Database } from "#lib/db/database";
import { productVersions } from "#lib/db/product-versions";

/** What a crash says of its build. */
export interface Build {
  readonly product: string;
  /** In any case. */
  readonly channel: string;
  readonly buildId: string;
}

/** Channels on which a build becomes a release candidate without being built again. */
const CHANNELS_WITH_CANDIDATES = ["aurora", "beta"];

/**
 * The versions as which a build was published. On beta, a build that was published as a beta is not
 * also told as a release candidate, and one that was none is told as a candidate only.
 */
export async function versionStrings(database: Database, build: Build): Promise<readonly string[]> {
  const channel = build.channel.toLowerCase();
  const found = await productVersions(database, {
    products: [build.product],
    channels: [channel],
    buildId: build.buildId,
  });
  const versions = found.map(({ versionString }) => versionString);
  if (!CHANNELS_WITH_CANDIDATES.includes(channel)) return versions;
  const isBeta = versions[0]?.includes("b") ?? false;
  return versions.filter((version) => version.includes("rc") !== isBeta);
}
