import { setTimeout as wait } from "node:timers/promises";
import { submit, superSearch, isSearchable } from "#test/send-crash";
import { percentiles, type Measurement } from "./measurement";
import { withDirectory, withServer } from "./workplace";

const CRASHES = ["segfault", "stack-overflow", "thread", "rust-panic", "assert", "oom", "terminate"] as const;
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

/** How many real crashes are processed and indexed a second, from a queue that was filled beforehand. */
export function measureProcessing(count: number): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const fill = async (url: string) => {
      for (let index = 0; index < count; index += 1)
        await submit(url, annotations(index), crashNumber(index));
    };
    await withServer(directory, fill, { PROCESSOR_WORKERS: "0" });
    return withServer(directory, async (url) => {
      const started = performance.now();
      const before = await indexed(url);
      let now = before;
      while (now < count) {
        await wait(LOOK_AGAIN_MS * 10);
        now = await indexed(url);
      }
      const seconds = (performance.now() - started) / 1000;
      return [{ what: "processed", value: (count - before) / seconds, unit: "crashes/s" }];
    });
  });
}

function crashNumber(index: number): string {
  return CRASHES[index % CRASHES.length] ?? CRASHES[0];
}

function annotations(index: number): Readonly<Record<string, string>> {
  return { ProductName: "Kestrel", Version: "130.0", ReleaseChannel: "release", UptimeTS: String(index) };
}

async function indexed(url: string): Promise<number> {
  return (await superSearch(url, "_results_number=0&_facets_size=0")).total;
}
