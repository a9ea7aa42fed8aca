import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

/** Buffers are given back in the background some time after a collection. */
const MOST_COLLECTIONS = 100;
const COLLECTIONS_BEFORE = 5;
/** Work that goes on makes new garbage, and may be over before long. */
const COLLECTIONS_MEANWHILE = 10;
const PAUSE_MS = 5;

/** What is in use now, in bytes, by which later use is judged. */
export function bytesInUse(): Promise<number> {
  return bytesLeft(0, COLLECTIONS_BEFORE);
}

/** The bytes in use, garbage collected until they are no more than expected, or it is no use any longer. */
export function bytesInUseBeyond(expected: number): Promise<number> {
  return bytesLeft(expected, MOST_COLLECTIONS);
}

/** Whether a piece of work was at no time seen to use so many bytes more than were in use before. */
export async function staysBelow(limitBytes: number, work: () => Promise<void>): Promise<boolean> {
  const limit = (await bytesInUse()) + limitBytes;
  const state = { ended: false };
  let exceeded = false;
  const working = work().finally(() => (state.ended = true));
  while (isRunning(state)) {
    await Promise.race([working, wait(PAUSE_MS)]);
    const left = await bytesLeft(limit, COLLECTIONS_MEANWHILE);
    exceeded ||= isRunning(state) && left > limit;
  }
  await working;
  return !exceeded;
}

function isRunning(state: { readonly ended: boolean }): boolean {
  return !state.ended;
}

async function bytesLeft(expected: number, collections: number): Promise<number> {
  let left = bytesHeld();
  for (let done = 0; done < collections && left > expected; done += 1) {
    collectGarbage();
    await wait(PAUSE_MS);
    left = bytesHeld();
  }
  return left;
}

function bytesHeld(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
