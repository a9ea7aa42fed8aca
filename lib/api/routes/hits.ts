import { z } from "zod";

/** How long clients may keep what changes slowly. */
export const CACHE_SECONDS = 300;

/** The usual form of an answer: a list, and how long it is. */
export const hitsOf = <Hit extends z.ZodType>(hit: Hit) => z.object({ hits: z.array(hit), total: z.int() });

/** A list in that form. */
export function asHits<Hit>(found: readonly Hit[]): { hits: Hit[]; total: number } {
  return { hits: [...found], total: found.length };
}
