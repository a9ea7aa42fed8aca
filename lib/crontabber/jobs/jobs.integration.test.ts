import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { subDays } from "date-fns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { databaseJobStates, forgetJobRuns } from "#lib/db/crontabber";
import { failedCrashes, noteFailedCrash } from "#lib/db/failed-crashes";
import { missingCrashes, noteMissingCrashes } from "#lib/db/missing-crashes";
import { searchDocument } from "#lib/fields/document";
import { crashReport, processedCrash } from "#test/stored-crashes";
import { openTestServices } from "#test/test-services";
import type { Job, JobServices } from "../job";
import { cleanFailedCrashes, cleanseCronlog } from "./clean-up";
import { expireCrashes } from "./expire-crashes";
import { expireIndex } from "./expire-index";
import { updateMissing } from "./update-missing";
import { verifyProcessed } from "./verify-processed";

const NOW = new Date("2026-11-21T04:00:00Z");
const YESTERDAY = new Date("2026-11-20T01:02:03Z");

let open: Awaited<ReturnType<typeof openTestServices>>;
let services: JobServices;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "jobs-"));
  open = await openTestServices({
    CRASHSTORAGE: `fallback(fs-permanent(${directory}/a), fs-radix-tree(${directory}/b))`,
  });
  services = open.services;
}, 60_000);
afterAll(async () => {
  await open.close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  await services.database.client.missingProcessedCrash.deleteMany();
  await services.database.client.failedCrash.deleteMany();
  const ids = await stored();
  for (const id of ids) {
    await services.storage.remove(id);
    await services.queue.withdraw?.(id);
  }
  await services.search.remove(ids);
});

async function stored(): Promise<readonly CrashId[]> {
  const { members = [] } = services.storage;
  const lists = members.flatMap(({ storage }) => storage.crashIds?.(null) ?? []);
  const ids: CrashId[] = [];
  for (const list of lists) for await (const id of list) ids.push(id);
  return ids;
}

/** A crash with the parts that are asked for. */
async function crash({
  date = YESTERDAY,
  processed = true,
  indexed = true,
  digit = 0,
}: {
  readonly date?: Date;
  readonly processed?: boolean;
  readonly indexed?: boolean;
  readonly digit?: 0 | 1;
}): Promise<CrashId> {
  const id = newCrashId(date, crypto.randomUUID(), digit);
  await services.storage.saveRaw(await crashReport(directory, id));
  const document = { ...processedCrash(id), date_processed: date.toISOString() };
  if (processed) await services.storage.saveProcessed(document);
  if (indexed) await services.search.index([searchDocument(document)]);
  return id;
}

const run = (job: Job, given: JobServices = services) =>
  job.run({ window: NOW, services: given, signal: new AbortController().signal });
const withConfig = (config: Partial<JobServices["config"]>): JobServices => ({
  ...services,
  config: { ...services.config, ...config },
});
const queued = async () => {
  const tasks = (await services.queue.peek?.("reprocessing", 1_000)) ?? [];
  return tasks.map(({ id }) => id).sort();
};
const noted = async () =>
  (await missingCrashes(services.database, 0, 1_000)).map(({ crashId, isProcessed }) => [
    crashId,
    isProcessed,
  ]);

describe("verify-processed", () => {
  it("queues what has no processed crash or is not searchable, and notes the former as missing", async () => {
    await crash({});
    const lost = await crash({ processed: false, indexed: false });
    const unsearchable = await crash({ indexed: false });
    await crash({ processed: false, indexed: false, date: NOW });
    expect(await run(verifyProcessed)).toEqual({ day: "20261120", checked: 3, missing: 1, unindexed: 1 });
    expect(await queued()).toEqual([lost, unsearchable].sort());
    expect(await noted()).toEqual([[lost, false]]);
  });

  it("leaves alone what is processed only when somebody opens its report", async () => {
    await crash({ processed: false, indexed: false, digit: 1 });
    expect(await run(verifyProcessed)).toMatchObject({ checked: 1, missing: 0, unindexed: 0 });
    expect(await queued()).toEqual([]);
  });

  it("takes any number of crashes, and the same again when it is done twice", async () => {
    const lost = await Promise.all(
      Array.from({ length: 230 }, () => crash({ processed: false, indexed: false })),
    );
    await run(verifyProcessed);
    expect(await run(verifyProcessed)).toMatchObject({ checked: 230, missing: 230 });
    expect([...new Set(await queued())]).toEqual([...lost].sort());
    expect(await noted()).toHaveLength(230);
  });

  it("says that it has nothing to do where no store can list crashes", async () => {
    const storage = await openCrashStorage("null", services.config);
    expect(await run(verifyProcessed, { ...services, storage })).toHaveProperty("skipped");
  });
});

describe("update-missing", () => {
  it("marks those that have been processed and indexed since, and no others", async () => {
    const there = await crash({});
    const [lost, unsearchable] = [await crash({ processed: false }), await crash({ indexed: false })];
    const gone = newCrashId(YESTERDAY, crypto.randomUUID(), 0);
    const ids = [there, lost, unsearchable, gone];
    await noteMissingCrashes(services.database, ids, NOW);
    expect(await run(updateMissing)).toEqual({ checked: 4, processed: 1 });
    expect(await noted()).toEqual(expect.arrayContaining(ids.map((id) => [id, id === there])));
    await noteMissingCrashes(services.database, [there], NOW);
    expect(await run(updateMissing)).toEqual({ checked: 4, processed: 1 });
  });
});

describe.each([
  ["expire-index", expireIndex, "retentionIndexDays"],
  ["expire-crashes", expireCrashes, "retentionCrashesDays"],
] as const)("%s", (_, job, setting) => {
  const found = async () => ({ stored: (await stored()).length, indexed: await services.search.count() });

  it("does nothing unless its setting says for how long", async () => {
    await crash({ date: subDays(NOW, 2_000) });
    expect(await run(job, withConfig({ [setting]: 0 }))).toHaveProperty("skipped");
    expect(await found()).toEqual({ stored: 1, indexed: 1 });
  });

  it("counts in a dry run, then removes exactly that: whole days that are older", async () => {
    for (const days of [29, 30, 31, 500]) await crash({ date: subDays(NOW, days) });
    const dry = withConfig({ [setting]: 30, retentionDryRun: true });
    expect(await run(job, dry)).toMatchObject({ expired: 2, dryRun: true });
    expect(await found()).toEqual({ stored: 4, indexed: 4 });
    const real = withConfig({ [setting]: 30 });
    expect(await run(job, real)).toMatchObject({ expired: 2, dryRun: false });
    expect(await found()).toEqual({ stored: job === expireIndex ? 4 : 2, indexed: 2 });
    expect(await run(job, real)).toMatchObject({ expired: 0 });
  });
});

it("expire-crashes removes what is known of a crash elsewhere, too, and goes on where it was broken off", async () => {
  const old = subDays(NOW, 100);
  const ids = await Promise.all(Array.from({ length: 150 }, () => crash({ date: old })));
  const [first] = ids;
  if (!first) throw new Error("unreachable");
  await noteMissingCrashes(services.database, ids, NOW);
  await noteFailedCrash(services.database, { crashId: first, attempts: 3, reason: "r", failedAt: old });
  const real = withConfig({ retentionCrashesDays: 30 });
  const stop = new AbortController();
  const dropping = {
    ...real,
    search: {
      ...real.search,
      remove: (some: readonly CrashId[]) => {
        stop.abort(new Error("stopped"));
        return real.search.remove(some);
      },
    },
  };
  await expect(expireCrashes.run({ window: NOW, services: dropping, signal: stop.signal })).rejects.toThrow(
    "stopped",
  );
  expect(await stored()).not.toHaveLength(0);
  await run(expireCrashes, real);
  expect(await stored()).toEqual([]);
  expect(await services.search.count()).toBe(0);
  expect(await noted()).toEqual([]);
  expect((await failedCrashes(services.database, 1)).total).toBe(0);
});

it("clean-failed-crashes forgets those that were given up more than 180 days ago", async () => {
  for (const days of [179, 181]) {
    const crashId = newCrashId(subDays(NOW, days), crypto.randomUUID(), 0);
    await noteFailedCrash(services.database, {
      crashId,
      attempts: 3,
      reason: "r",
      failedAt: subDays(NOW, days),
    });
  }
  expect(await run(cleanFailedCrashes)).toEqual({ forgotten: 1 });
  expect((await failedCrashes(services.database, 1)).total).toBe(1);
});

it("cleanse-cronlog forgets runs after 180 days", async () => {
  const states = databaseJobStates(services.database);
  const taken = await states.take("foo", { now: NOW, lockSeconds: 60, owner: "us" });
  if (!taken) throw new Error("It could not be taken.");
  for (const days of [179, 181])
    await states.keep(taken, { startedAt: subDays(NOW, days), durationSeconds: 1, error: null });
  expect(await run(cleanseCronlog)).toEqual({ forgotten: 1 });
  expect(await forgetJobRuns(services.database, NOW)).toBe(1);
});
