import { setTimeout as wait } from "node:timers/promises";
import { isSearchable, submit } from "#test/send-crash";
import { percentiles, type Measurement } from "./measurement";
import { withDirectory, withServer } from "./workplace";

/** The names of the real crashes. */
export const REAL_CRASHES = [
  "segfault",
  "stack-overflow",
  "thread",
  "rust-panic",
  "assert",
  "oom",
  "terminate",
] as const;
const LOOK_AGAIN_MS = 5;

/** How long a crash takes from its acknowledgement until search finds it, one crash at a time. */
export function measureSearchable(count: number): Promise<readonly Measurement[]> {
  return withDirectory((directory) =>
    withServer(directory, async (url) => {
      const milliseconds: number[] = [];
      for (let index = 0; index < count; index += 1) {
        const id = await submit(url, annotations(index), crashNumber(index));
        const acknowledged = performance.now();
        while (!(await isSearchable(url, id))) await wait(LOOK_AGAIN_MS);
        milliseconds.push(performance.now() - acknowledged);
      }
      return percentiles("acknowledged to searchable", milliseconds, [0.5, 0.95]);
    }),
  );
}

function crashNumber(index: number): string {
  return REAL_CRASHES[index % REAL_CRASHES.length] ?? REAL_CRASHES[0];
}

function annotations(index: number): Readonly<Record<string, string>> {
  return { ProductName: "Kestrel", Version: "130.0", ReleaseChannel: "release", UptimeTS: String(index) };
}
