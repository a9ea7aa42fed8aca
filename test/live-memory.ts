import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage at once, so that what is counted afterwards is in use. */
const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

const SAMPLE_MS = 5;
const NOTABLE_BYTES = 2_000_000;

/** The most memory that a piece of work had in use at once beyond what was in use before, in bytes; garbage does not count. */
export async function peakMemoryOf(work: () => Promise<void>): Promise<number> {
  collectGarbage();
  const before = bytesHeld();
  let peak = 0;
  const state = { ended: false };
  const working = work().finally(() => (state.ended = true));
  while (!state.ended) {
    await Promise.race([working, wait(SAMPLE_MS)]);
    peak = Math.max(peak, bytesInUseBeyond(before + peak) - before);
  }
  await working;
  return peak;
}

/** Collecting takes long, so it is done only where garbage may be what makes it look like more. */
function bytesInUseBeyond(known: number): number {
  if (bytesHeld() > known + NOTABLE_BYTES) collectGarbage();
  return bytesHeld();
}

/** With garbage that has not been collected. */
function bytesHeld(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
