import type { JsonObject } from "#lib/core/json";

/** Searches in an engine's own words, where they can be held to its own crashes and to reading. */
export interface CustomQueries {
  /** The names of the indices that are there, the oldest first. */
  indices(): Promise<readonly string[]>;
  /** Those of the days from one moment to another; both are ISO 8601 in UTC. */
  indicesBetween(from: string, to: string): Promise<readonly string[]>;
  /**
   * The engine's answer as it is, protected data included. Throws Forbidden for a query that could do more than read
   * these indices, and BadArgument for one that the engine refuses, with its reason, or that takes too long, for an
   * index that is not there, and for an answer that is too large.
   */
  run(body: JsonObject, indices: readonly string[], signal?: AbortSignal): Promise<JsonObject>;
}
