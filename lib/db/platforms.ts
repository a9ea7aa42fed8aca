import type { Database } from "./database";

/** An operating system. */
export interface Platform {
  readonly name: string;
  readonly shortName: string;
}

/** All platforms, by name. */
export function listPlatforms({ client }: Database): Promise<readonly Platform[]> {
  return client.platform.findMany({ orderBy: { name: "asc" } });
}
