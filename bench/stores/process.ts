// Saves and gets crashes, with a crash storage or with the bare library below it, and prints how fast and in how much memory.
import { open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { bareCells } from "./bare-cells";
import { bareDocuments } from "./bare-documents";
import { bareFiles } from "./bare-files";
import { bareObjects } from "./bare-objects";
import { bareRows } from "./bare-rows";
import { processedCrash, rawCrash } from "./crashes";
import type { Bare, Store, StoreFigures, StoreOrder } from "./store";

const CLIENTS = 8;
/** Connections are made, and code is compiled, before anything is timed. */
const WARM_UP = 50;

const order = JSON.parse(process.argv[2] ?? "") as StoreOrder;
const store =
  order.setting === null
    ? await bareStore(order.bare, order.dump)
    : await crashStore(order.setting, order.dump);
await timed(newIds(WARM_UP));
const figures: StoreFigures = {
  ...(await timed(newIds(order.count))),
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(figures), () => process.exit());

/** Crashes with a dump; processed crashes where the store keeps no others. */
async function crashStore(setting: string, dump: string): Promise<Store> {
  const storage = await openCrashStorage(setting, { dataDirectory: "/" });
  if (!storage.keeps.has("raw"))
    return {
      save: (id) => storage.saveProcessed(processedCrash(id)),
      get: (id) => storage.getUnredactedProcessed(id),
    };
  const { size: sizeBytes } = await (await open(dump)).stat();
  return {
    save: (id) =>
      storage.saveRaw({ id, raw: rawCrash(id), dumps: new Map([[MAIN_DUMP, { path: dump, sizeBytes }]]) }),
    get: async (id) => [await storage.getRaw(id), await buffer(await storage.getDump(id, MAIN_DUMP))],
  };
}

function bareStore(bare: Bare, dump: string): Promise<Store> {
  switch (bare.kind) {
    case "files":
      return bareFiles(bare, dump);
    case "objects":
      return bareObjects(bare, dump);
    case "rows":
      return bareRows(bare, dump);
    case "documents":
      return bareDocuments(bare);
    case "cells":
      return bareCells(bare, dump);
  }
}

function newIds(count: number): readonly CrashId[] {
  return Array.from({ length: count }, () => newCrashId(new Date(), crypto.randomUUID(), 0));
}

async function timed(ids: readonly CrashId[]): Promise<Pick<StoreFigures, "saves" | "gets">> {
  return { saves: await rate(ids, store.save), gets: await rate(ids, store.get) };
}

/** With several clients at once. */
async function rate(ids: readonly CrashId[], work: (id: CrashId) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const rest = ids.values();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const id of rest) await work(id);
    }),
  );
  return (1000 * ids.length) / (performance.now() - started);
}
