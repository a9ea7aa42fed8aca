import { isDumpName, type Dumps } from "#lib/core/crash";
import { BadArgument } from "#lib/core/errors";

/** Throws BadArgument when a dump has a name that a store cannot keep it under. */
export function refuseDumpNames(dumps: Dumps, isAccepted: (name: string) => boolean = isDumpName): void {
  const strange = [...dumps.keys()].find((name) => !isAccepted(name));
  if (strange !== undefined)
    throw new BadArgument(`${JSON.stringify(strange.slice(0, 60))} cannot be the name of a dump.`);
}
