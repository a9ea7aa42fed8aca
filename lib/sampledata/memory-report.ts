import type { JsonObject } from "#lib/core/json";
import type { Random } from "./random";

const BYTES = 0;
const COUNT = 1;
const HEAP = 1;
const OTHER = 2;

/** A small memory report of one process, in the format that about:memory saves. */
export function memoryReport(processId: number, chance: Random): JsonObject {
  const megabytes = (median: number): number => Math.round(chance.logNormal(median, 0.6) * 2 ** 20);
  const entry = (path: string, amount: number, kind = OTHER, units = BYTES): JsonObject => ({
    process: `Web Content (pid ${processId})`,
    path,
    kind,
    units,
    amount,
    description: "",
  });
  const resident = megabytes(900);
  return {
    version: 1,
    hasMozMallocUsableSize: true,
    reports: [
      entry("resident", resident),
      entry("resident-unique", Math.round(resident * 0.8)),
      entry("private", Math.round(resident * 0.9)),
      entry("vsize", resident * 3),
      entry("heap-allocated", megabytes(500)),
      entry("gfx-textures", megabytes(30)),
      entry("ghost-windows", chance.integer(0, 3), OTHER, COUNT),
      entry("explicit/js-non-window/zones/unused", megabytes(20), HEAP),
      entry("explicit/images/content/raster/used", megabytes(60), HEAP),
      entry("explicit/window-objects/top(none)/detached/dom", megabytes(8), HEAP),
      entry("js-main-runtime/gc-heap", megabytes(120)),
    ],
  };
}
