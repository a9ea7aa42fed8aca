import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage at once, so that what is counted afterwards is in use. */
const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

const SAMPLE_MS = 5;

/** The most memory that a piece of work had in use at once beyond what was in use before, in bytes; garbage does not count. */
export async function peakMemoryOf(work: () => Promise<void>): Promise<number> {
  const before = bytesInUse();
  let peak = 0;
  const state = { ended: false };
  const working = work().finally(() => (state.ended = true));
  while (!state.ended) {
    await Promise.race([working, wait(SAMPLE_MS)]);
    peak = Math.max(peak, bytesInUse() - before);
  }
  await working;
  return peak;
}

function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
