import { inheritedEnvironment } from "#lib/config/config";

/** A server for tests. */
export interface GivenService {
  readonly url: string;
  /** Ends it, if it was started for this. */
  remove(): Promise<unknown>;
}

/** The server whose address an environment variable names, which others use too; else a new one. */
export async function givenService(
  variable: string,
  start: () => Promise<GivenService>,
): Promise<GivenService> {
  const url = inheritedEnvironment()[variable];
  return url === undefined || url === "" ? start() : { url, remove: () => Promise.resolve() };
}
