import { BadArgument } from "#lib/core/errors";

const SIMPLIFY = "Simplify the search pattern and try again.";

/** The error for a search that took too long. */
export function timedOut(cause: unknown): BadArgument {
  return new BadArgument(`Search query timed out. ${SIMPLIFY}`, { cause });
}

/** The error for a search that no engine should be asked. */
export function tooComplex(cause: unknown): BadArgument {
  return new BadArgument(`Search query is too complex to execute. ${SIMPLIFY}`, { cause });
}
