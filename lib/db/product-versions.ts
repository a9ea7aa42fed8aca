import type { Database } from "./database";

/** A published build of a product. */
export interface ProductVersion {
  readonly productName: string;
  readonly releaseChannel: string;
  readonly majorVersion: number;
  /** As people know it, such as `64.0b4`. */
  readonly versionString: string;
  readonly buildId: string;
}

/** What builds must be; what is not given may be anything. */
export interface BuildFilter {
  readonly products?: readonly string[];
  readonly versions?: readonly string[];
  readonly channels?: readonly string[];
  readonly buildId?: string;
}

/** The published builds that fit, in the order in which they were made known. */
export function productVersions(
  { client }: Database,
  { products, versions, channels, buildId }: BuildFilter,
): Promise<readonly ProductVersion[]> {
  return client.productVersion.findMany({
    where: {
      ...(products && { productName: { in: [...products] } }),
      ...(versions && { versionString: { in: [...versions] } }),
      ...(channels && { releaseChannel: { in: [...channels] } }),
      ...(buildId !== undefined && { buildId }),
    },
    orderBy: { id: "asc" },
  });
}
