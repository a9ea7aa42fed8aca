import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { collect } from "./conformance";
import { FS_LAYOUTS } from "./fs-layouts";
import { openCrashStorage } from "./registry";
import type { CrashStorage } from "./storage";
import { leavesOf, listCrashes } from "./store-tree";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "store-tree-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (setting: string) =>
  openCrashStorage(setting.replaceAll("DIR", directory), { dataDirectory: directory });
const idOf = (day: string, digit: 0 | 1 = 0) =>
  newCrashId(new Date(`${day}T00:00:00Z`), crypto.randomUUID(), digit);
const save = (storage: CrashStorage, id: CrashId) =>
  storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
const listed = async (storage: CrashStorage, day: string | null) =>
  [...(await collect(listCrashes(storage, day)))].sort();

it.each(Object.keys(FS_LAYOUTS))(
  "%s lists the crashes of a day, and of all days, each once",
  async (name) => {
    const storage = await open(`${name}(DIR/store)`);
    const processed = idOf("2026-11-20");
    const first = [processed, idOf("2026-11-20", 1), idOf("2026-11-20")];
    const second = [idOf("2026-11-21"), idOf("2026-11-21", 1)];
    for (const id of [...first, ...second]) await save(storage, id);
    await storage.saveProcessed({ uuid: processed, signature: "s", date_processed: "x" });
    expect(await listed(storage, "20261120")).toEqual([...first].sort());
    expect(await listed(storage, "20261122")).toEqual([]);
    expect(await listed(storage, null)).toEqual([...first, ...second].sort());
  },
);

it("the members of a composition are listed one after the other, and what they share once", async () => {
  const [one, other] = [await open("fs-permanent(DIR/one)"), await open("fs-radix-tree(DIR/other)")];
  const [shared, lone, late] = [idOf("2026-11-20"), idOf("2026-11-20"), idOf("2026-11-20")];
  for (const [storage, id] of [
    [one, shared],
    [other, shared],
    [one, lone],
    [other, late],
  ] as const)
    await save(storage, id);
  const both = await open("fallback(poly(fs-permanent(DIR/one), null), fs-radix-tree(DIR/other))");
  expect(await listed(both, "20261120")).toEqual([shared, lone, late].sort());
});

it("a store that cannot list its crashes is named", async () => {
  const mute = { ...(await open("fs-permanent(DIR/one)")), name: "mute" };
  delete mute.crashIds;
  await expect(collect(listCrashes(mute, null))).rejects.toThrow(
    "mute cannot list its crashes; give their ids instead.",
  );
  await expect(collect(listCrashes(await open("null"), null))).rejects.toThrow("null cannot list");
});

it("every store that is no container is found, with the parts it plays", async () => {
  const composition = await open(
    "fallback(benchmarking(fs-permanent(DIR/a)), poly(fs-permanent(DIR/b), redacting(null)))",
  );
  expect(leavesOf(composition).map(({ where }) => where)).toEqual([
    "primary/measured: fs-permanent",
    "fallback/member 1: fs-permanent",
    "fallback/member 2/redacted: null",
  ]);
  expect(leavesOf(await open("null")).map(({ where }) => where)).toEqual(["null"]);
});
