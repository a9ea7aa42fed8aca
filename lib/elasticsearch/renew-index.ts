import { SearchUnavailable } from "#lib/core/errors";
import { copiedBefore, copyChanges, countBoth, removeStrays, type Copying } from "./copy-changes";
import { deleteIndices, type IndexServer, type StoredIndex } from "./indices";
import { giveUpLease, pauseWrites, switchOver, takeLease, type Lease } from "./lease";

export interface Renewing {
  readonly signal?: AbortSignal | undefined;
  /** How many documents are copied, of how many there were at the beginning. */
  readonly onProgress?: (copied: number, total: number) => void;
}

/** So few changes are copied while writes wait; more of them where they come as fast as they are copied. */
const FEW = 100;

/**
 * Copies an index into its next generation, which has the mapping of today, and lets its name lead there. Searches see
 * no difference at any time. Writes go on, but for the moment of the switch, in which they wait. Killed at any point and
 * begun again, it goes on where it was. False when there is no such index. Throws SearchUnavailable when the server is
 * away or another run took over, StorageRefused for a crash that does not fit the mapping; the index is as it was then.
 */
export async function renewIndex(
  server: IndexServer,
  name: string,
  renewing: Renewing = {},
): Promise<boolean> {
  const serving = await servingOf(server, name);
  if (!serving) return false;
  const lease = await takeLease(server, serving);
  try {
    await copyAndSwitch(server, lease, renewing);
    return true;
  } catch (error) {
    const isHeld = await giveUpLease(server, lease);
    const now = await servingOf(server, name);
    if (now?.index === lease.building) return true;
    if (!now) {
      // It was deleted meanwhile, by the retention or by hand, and what is built of it goes, too.
      await deleteIndices(server.connection, [{ index: lease.building }]);
      return false;
    }
    if (isHeld) throw error;
    throw new SearchUnavailable(
      `${name}: another run, or a write that had waited too long, took over. Run it again to go on.`,
      { cause: error },
    );
  }
}

async function servingOf({ indices }: IndexServer, name: string): Promise<StoredIndex | undefined> {
  return (await indices.generations()).find((index) => index.name === name && index.isServing);
}

async function copyAndSwitch(server: IndexServer, lease: Lease, renewing: Renewing): Promise<void> {
  const { signal, onProgress } = renewing;
  let [done, total] = [0, 0];
  const copying: Copying = {
    server,
    lease,
    signal,
    onCopied(count) {
      done += count;
      onProgress?.(Math.min(done, total), total);
    },
  };
  const counted = await countBoth(copying);
  [done, total] = [counted.copied, counted.served];
  let copied = copiedBefore(lease);
  for (let [before, isShrinking] = [Infinity, true]; isShrinking;) {
    const changes = await copyChanges(copying, copied);
    isShrinking = changes.count > FEW && changes.count < before / 2;
    [before, copied] = [changes.count, changes.copied];
  }
  await removeStrays(copying);
  await pauseWrites(server, lease.serving);
  await copyChanges(copying, copied);
  const counts = await countBoth(copying);
  if (counts.served !== counts.copied) await removeStrays(copying);
  signal?.throwIfAborted();
  await switchOver(server, lease);
}
