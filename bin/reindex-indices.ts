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
  const [renewed, gone]: [string[], string[]] = [[], []];
  const failures: { readonly index: string; readonly reason: string }[] = [];
  const { signal, end } = interruptible();
  for (const name of names) {
    if (signal.aborted) break;
    try {
      ((await renew(indices, name, signal)) ? renewed : gone).push(name);
    } catch (error) {
      if (signal.aborted) break;
      if (!isAppError(error)) throw error;
      failures.push({ index: name, reason: error.message });
    }
  }
  end();
  const counts = `${renewed.length} reindexed, ${gone.length} deleted meanwhile, ${failures.length} failed\n`;
  const interrupted = signal.aborted;
  process.stdout.write(json ? `${JSON.stringify({ renewed, gone, failures, interrupted })}\n` : counts);
  for (const { index, reason } of failures) process.stderr.write(`${index}: ${reason}\n`);
  if (interrupted) process.stderr.write("Interrupted. The same command again goes on where this one was.\n");
  if (interrupted) process.exitCode = 130;
  else if (failures.length > 0) process.exitCode = 1;
}

async function renew(indices: IndexAdministration, name: string, signal: AbortSignal): Promise<boolean> {
  const bar: { shown?: Progress } = {};
  try {
    return await indices.renew(name, {
      signal,
      onProgress(copied, total) {
        bar.shown ??= progress(name, total);
        bar.shown.to(copied);
      },
    });
  } finally {
    bar.shown?.stop();
  }
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
