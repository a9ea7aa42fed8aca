import { BadArgument, isAppError } from "#lib/core/errors";
import type { IndexAdministration } from "#lib/search/index-administration";
import { interruptible } from "./each-crash";
import { progress, type Progress } from "./progress";

/**
 * Makes indices anew, one after the other, and prints how it went; those whose mapping is not that of today where none is
 * named. One that fails does not keep the others from being done. Sets the exit code.
 */
export async function reindexIndices(
  indices: IndexAdministration,
  given: readonly string[],
  json: boolean,
): Promise<void> {
  const names = given.length > 0 ? await refuseStrange(indices, given) : await outOfDate(indices);
  const outcomes: Outcomes = { renewed: [], gone: [], failures: [] };
  const { signal, end } = interruptible();
  for (const name of names) if (!signal.aborted) await renew({ indices, signal }, name, outcomes);
  end();
  const { renewed, gone, failures } = outcomes;
  const interrupted = isAborted(signal);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...outcomes, interrupted })}\n`
      : `${renewed.length} reindexed, ${gone.length} deleted meanwhile, ${failures.length} failed\n`,
  );
  for (const { index, reason } of failures) process.stderr.write(`${index}: ${reason}\n`);
  if (interrupted) process.stderr.write("Interrupted. The same command again goes on where this one was.\n");
  if (interrupted) process.exitCode = 130;
  else if (failures.length > 0) process.exitCode = 1;
}

interface Outcomes {
  readonly renewed: string[];
  readonly gone: string[];
  readonly failures: { readonly index: string; readonly reason: string }[];
}

interface Renewing {
  readonly indices: IndexAdministration;
  readonly signal: AbortSignal;
}

async function renew({ indices, signal }: Renewing, name: string, outcomes: Outcomes): Promise<void> {
  const bar: { shown?: Progress } = {};
  const onProgress = (copied: number, total: number) => {
    bar.shown ??= progress(name, total);
    bar.shown.to(copied);
  };
  try {
    const isThere = await indices.renew(name, { signal, onProgress });
    (isThere ? outcomes.renewed : outcomes.gone).push(name);
  } catch (error) {
    if (isAborted(signal)) return;
    if (!isAppError(error)) throw error;
    outcomes.failures.push({ index: name, reason: error.message });
  } finally {
    bar.shown?.stop();
  }
}

/** It changes while something is waited for. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function outOfDate(indices: IndexAdministration): Promise<readonly string[]> {
  const states = await indices.list();
  return states
    .filter(({ state, mappingIsCurrent }) => state === "serving" && !mappingIsCurrent)
    .map(({ name }) => name);
}

async function refuseStrange(
  indices: IndexAdministration,
  given: readonly string[],
): Promise<readonly string[]> {
  const known = (await indices.list()).map(({ name }) => name);
  const strange = given.filter((name) => !known.includes(name));
  if (strange.length === 0) return given;
  throw new BadArgument(
    `There is no index ${strange.join(", ")}. Accepted: ${known.join(", ") || "none, there are no indices"}.`,
  );
}
