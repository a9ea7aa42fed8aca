import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { forgetList, listInFile, listInMemory, type RebuildBatch, type RebuildList } from "./rebuild-list";

const ids = Array.from({ length: 1_234 }, () =>
  newCrashId(new Date("2026-11-24T00:00:00Z"), crypto.randomUUID(), 0),
);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "rebuild-list-"))));
afterEach(() => rm(folder, { recursive: true }));

async function* listed(of: readonly CrashId[] = ids): AsyncGenerator<CrashId, void> {
  for (const id of of) yield await Promise.resolve(id);
}

async function batchesOf(list: RebuildList): Promise<readonly RebuildBatch[]> {
  const batches: RebuildBatch[] = [];
  for await (const batch of list.batches()) batches.push(batch);
  return batches;
}

const idsOf = (batches: readonly RebuildBatch[]) => batches.flatMap((batch) => batch.ids);

it("a list has every crash once, in memory and in a file", async () => {
  for (const list of [listInMemory(ids), await listInFile(folder, "a", listed)]) {
    expect(list.total).toBe(ids.length);
    expect(idsOf(await batchesOf(list))).toEqual(ids);
  }
});

it("a list that is opened again goes on with the first batch that is not done, whatever was done after it", async () => {
  const list = await listInFile(folder, "a", listed);
  const [first, second, third] = await batchesOf(list);
  if (!first || !second || !third) throw new Error("there are three batches");
  await Promise.all([list.finish(third), list.finish(first)]);
  const again = await listInFile(folder, "a", () => listed([]));
  expect(again).toMatchObject({ total: ids.length, doneBefore: 500 });
  expect(idsOf(await batchesOf(again))).toEqual(ids.slice(500));
  for (const batch of await batchesOf(again)) await again.finish(batch);
  expect(await batchesOf(await listInFile(folder, "a", listed))).toEqual([]);
});

it("a list whose making was broken off is made again", async () => {
  await writeFile(join(folder, "a.ids.part"), "half");
  await writeFile(join(folder, "a.position"), "500");
  const list = await listInFile(folder, "a", listed);
  expect(list.doneBefore).toBe(0);
  expect(idsOf(await batchesOf(list))).toEqual(ids);
});

it("nothing is left of a list that is done, or forgotten", async () => {
  const list = await listInFile(folder, "a", listed);
  for (const batch of await batchesOf(list)) await list.finish(batch);
  await list.remove();
  await listInFile(folder, "b", listed);
  await forgetList(folder, "b");
  expect(await readdir(folder)).toEqual([]);
});
