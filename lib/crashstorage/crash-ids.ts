import { isCrashIdShape } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";

const SHOWN_CHARACTERS = 60;

/**
 * The last guard in front of paths and keys that are made of a crash id: throws BadArgument for what is none, wherever
 * it comes from.
 */
export function refuseStrangeId(id: string): void {
  if (!isCrashIdShape(id))
    throw new BadArgument(
      `${JSON.stringify(id.slice(0, SHOWN_CHARACTERS))} is no crash id: it must be a UUID in lower case that ends in a date.`,
    );
}
