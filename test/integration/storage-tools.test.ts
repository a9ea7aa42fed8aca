import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadConfig } from "#lib/config/config";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { collect } from "#lib/crashstorage/conformance";
import { openBucket } from "#lib/crashstorage/drivers/s3/bucket";
import { fsStorage } from "#lib/crashstorage/drivers/fs/storage";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { listCrashes } from "#lib/crashstorage/store-tree";
import { searchDocument } from "#lib/fields/document";
import type { RemovalReceipt } from "#lib/middleware/remove-crash";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";
import { runCommand, startCommand } from "#test/run-command";
import { temporaryDataDirectory } from "#test/server-process";
import { S3_KEYS, startS3Gateway, type S3Gateway } from "#test/services/s3-gateway";

const DAY = new Date("2026-11-20T01:02:03Z");

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
beforeEach(async () => {
  data = await temporaryDataDirectory();
});
afterEach(() => data.remove());

/** Puts crashes with dumps of their own into a store. */
async function fill(storage: CrashStorage, count: number): Promise<readonly CrashId[]> {
  const ids = Array.from({ length: count }, () => newCrashId(DAY, crypto.randomUUID(), 0));
  for (const id of ids) {
    const [path, dump] = [join(data.path, `${id}.dump`), Buffer.alloc(50_000, id)];
    await writeFile(path, dump);
    const metadata = { dump_checksums: { [MAIN_DUMP]: createHash("sha256").update(dump).digest("hex") } };
    await storage.saveRaw({
      id,
      raw: { uuid: id, submitted_timestamp: DAY.toISOString(), metadata },
      dumps: new Map([[MAIN_DUMP, { path, sizeBytes: dump.length }]]),
    });
  }
  return ids.toSorted();
}

const idsIn = async (storage: CrashStorage) => (await collect(listCrashes(storage, null))).toSorted();

describe("moving new crashes to S3", () => {
  let gateway: S3Gateway;
  let s3: string;
  beforeAll(async () => {
    gateway = await startS3Gateway();
    for (const [name, value] of Object.entries(S3_KEYS)) vi.stubEnv(name, value);
    s3 = `s3(bucket=${gateway.bucket}, prefix=moved, endpoint=${gateway.endpoint}, region=us-east-1)`;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await gateway.remove();
  });

  it("that is killed in the middle loses nothing, and does nothing twice when it is run again", async () => {
    const from = await fsStorage("fs-dated-radix-tree", join(data.path, "new"), { now: () => DAY });
    const to = await openCrashStorage(s3, { dataDirectory: data.path });
    const ids = await fill(from, 300);
    const command = [
      ...["copy-crashes", "--move", "--new", "--concurrency", "4"],
      ...["--from", `fs-dated-radix-tree(${data.path}/new)`, "--to", s3],
    ];

    const first = startCommand(data.path, command);
    await expect
      .poll(async () => (await idsIn(to)).length, { timeout: 60_000, interval: 50 })
      .toBeGreaterThan(30);
    first.process.kill("SIGKILL");
    expect((await first.ended).code).toBeNull();
    const moved = await idsIn(to);
    const left = await idsIn(from);
    expect(left.length).toBeGreaterThan(0);
    expect([...new Set([...moved, ...left])].toSorted()).toEqual(ids);

    const interrupted = startCommand(data.path, command);
    await expect
      .poll(async () => (await idsIn(to)).length, { timeout: 60_000, interval: 50 })
      .toBeGreaterThan(moved.length + 10);
    interrupted.process.kill("SIGINT");
    const said = await interrupted.ended;
    expect(said).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/^\d+ copied, \d+ there already, 0 failed\n$/) as string,
    });
    expect(said.stderr).toContain("Interrupted.");

    const last = await runCommand(data.path, [...command, "--json"]);
    expect(last).toMatchObject({ code: 0 });
    expect(JSON.parse(last.stdout)).toMatchObject({ failures: [], interrupted: false });
    expect(await idsIn(to)).toEqual(ids);
    expect(await idsIn(from)).toEqual([]);
    const again = await runCommand(data.path, [...command, "--verify"]);
    expect(again).toMatchObject({ code: 0, stdout: "0 copied, 0 there already, 0 failed\n" });
    await to.close();
  });

  it("lists the crashes of a day in both layouts, and those from before keys had dates", async () => {
    for (const layout of ["entropy", "dated"]) {
      const storage = await openCrashStorage(
        s3.replace("prefix=moved", `prefix=list-${layout}, layout=${layout}`),
        { dataDirectory: data.path },
      );
      const ids = await fill(storage, 5);
      const other = newCrashId(new Date("2026-11-21T00:00:00Z"), crypto.randomUUID(), 0);
      await storage.saveRaw({ id: other, raw: { uuid: other, submitted_timestamp: "x" }, dumps: new Map() });
      expect((await collect(listCrashes(storage, "20261120"))).toSorted()).toEqual(ids);
      expect(await collect(listCrashes(storage, "20261121"))).toEqual([other]);
      expect(await idsIn(storage)).toEqual([...ids, other].toSorted());
      await storage.close();
    }
    const bucket = await openBucket({ ...gateway, region: "us-east-1" });
    const [old, both] = [newCrashId(DAY, crypto.randomUUID(), 0), newCrashId(DAY, crypto.randomUUID(), 0)];
    for (const id of [old, both])
      await bucket.putText(`old/v1/raw_crash/${id}`, JSON.stringify({ uuid: id }));
    const storage = await openCrashStorage(s3.replace("prefix=moved", "prefix=old"), {
      dataDirectory: data.path,
    });
    await storage.saveRaw({ id: both, raw: { uuid: both, submitted_timestamp: "x" }, dumps: new Map() });
    for (const day of ["20261120", null])
      expect((await collect(listCrashes(storage, day))).toSorted()).toEqual([old, both].toSorted());
    bucket.close();
    await storage.close();
  });
});

describe("removing crashes", () => {
  const open = () => openServices(loadConfig({ CRASHSTATS_DATA_DIR: data.path }).config, createLog("fatal"));
  const fillEverything = async () => {
    const opened = await open();
    const { services } = opened;
    const ids = await fill(services.storage, 3);
    for (const id of ids) {
      const processed = { uuid: id, date_processed: DAY.toISOString(), signature: "s" };
      await services.storage.saveProcessed(processed);
      await services.search.index([searchDocument(processed)]);
    }
    await services.queue.publish(
      "standard",
      ids.map((id) => ({ id, ruleset: "default" })),
    );
    await opened.close();
    return ids;
  };

  it("prints and keeps a receipt that names every store, and leaves other crashes alone", async () => {
    const [gone = "", missing = "", kept = ""] = await fillEverything();
    const receipt = join(data.path, "receipts");
    const run = await runCommand(data.path, ["remove-crash", "--yes", "--receipt", receipt], {
      input: `bp-${gone} # asked for by mail\n`,
    });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(await readFile(receipt, "utf8")).toBe(run.stdout);
    const { crash_id, complete, stores } = JSON.parse(run.stdout) as RemovalReceipt;
    expect({ crash_id, complete }).toEqual({ crash_id: gone, complete: true });
    expect(stores.map(({ store, outcome }) => `${store}: ${outcome}`)).toEqual([
      "queue: fs: removed",
      "crash storage: fs-permanent: removed",
      "search index: duckdb: removed",
      "database: failed crashes: not there",
      "database: missing symbols: not there",
    ]);
    const opened = await open();
    const { services } = opened;
    expect(await idsIn(services.storage)).toEqual([missing, kept]);
    expect(await services.search.count()).toBe(2);
    await opened.close();
  });

  it("removes nothing while another process has the index, without --yes, or by half an id", async () => {
    const ids = await fillEverything();
    const opened = await open();
    const { services } = opened;
    const refused = await runCommand(data.path, ["remove-crash", "--yes", ...ids]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^CRASHSTATS_DATA_DIR: .* is in use by process \d+\. Stop that server or choose another folder\. Nothing was removed\.\n$/,
    );
    for (const command of [ids, ["--yes", ...ids, "0bba929f"]]) {
      const { code, stderr } = await runCommand(data.path, ["remove-crash", ...command]);
      expect(code).toBe(1);
      expect(stderr).toContain(command === ids ? "Nothing was removed." : '"0bba929f" is not a crash id.');
    }
    expect(await idsIn(services.storage)).toEqual(ids);
    await opened.close();
  });
});

describe("crashes on their way", () => {
  it("are fetched into a folder, put into another storage and queued, and the queue is looked into", async () => {
    const ids = await fill(await openCrashStorage("fs-permanent", { dataDirectory: data.path }), 3);
    const folder = join(data.path, "folder");
    const other = `fs-radix-tree(${data.path}/other)`;
    const settings = { CRASHSTORAGE: other };
    const fetched = await runCommand(data.path, ["fetch-crash-data", folder, "--from", "fs-permanent"], {
      input: ids.join("\n"),
    });
    expect(fetched).toMatchObject({ code: 0, stdout: "3 fetched, 0 failed\n" });
    const put = await runCommand(data.path, ["put-crash", folder, "--queue", "socorro.priority"], {
      settings,
    });
    expect(put).toMatchObject({ code: 0, stdout: "3 copied, 0 there already, 0 failed\n" });
    expect(await idsIn(await openCrashStorage(other, { dataDirectory: data.path }))).toEqual(ids);
    const peeked = await runCommand(data.path, ["queue", "peek", "priority"]);
    expect(peeked.stdout.trim().split("\n").toSorted()).toEqual(ids);

    const [first = ""] = ids;
    const named = await runCommand(data.path, ["add-crashid-to-queue", "socorro.normal", first]);
    expect(named).toMatchObject({ code: 0, stdout: "1 put into standard\n" });
    const listed = await runCommand(data.path, ["queue", "list", "--json"]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ priority: { waiting: 3 }, standard: { waiting: 1 } });
  });

  it("that fail are named, and the exit code says so", async () => {
    const storage = await openCrashStorage("fs-permanent", { dataDirectory: data.path });
    const [id = ""] = await fill(storage, 1);
    const unknown = newCrashId(DAY, crypto.randomUUID(), 0);
    const folder = join(data.path, "folder");
    const run = await runCommand(data.path, [
      "fetch-crash-data",
      folder,
      id,
      unknown,
      "--from",
      "fs-permanent",
    ]);
    expect(run).toMatchObject({ code: 1, stdout: "1 fetched, 1 failed\n" });
    expect(run.stderr).toContain(`${unknown}: CrashIDNotFound: ${unknown}\n`);
    const raw = join(data.path, "raw.json");
    await writeFile(raw, JSON.stringify({ uuid: "nonsense" }));
    expect(await runCommand(data.path, ["put-crash", "--raw", raw])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is no raw crash") as string,
    });
  });
});

it("storage check tries every store of a composition by itself, and names the one that fails", async () => {
  await writeFile(join(data.path, "file"), "no folder");
  const good = `poly(fs-permanent(${data.path}/a), null)`;
  const run = (setting: string) =>
    runCommand(data.path, ["storage", "check", "--json"], { settings: { CRASHSTORAGE: setting } });
  const checked = await run(good);
  expect(checked.code).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject([
    { store: "poly", failure: null },
    { store: "member 1: fs-permanent", failure: null },
    { store: "member 2: null", keeps: [], failure: null },
  ]);
  const lossy = await run(`fallback(redacting(fs-permanent(${data.path}/b), keys=signature), null)`);
  expect(lossy.code).toBe(1);
  expect(JSON.parse(lossy.stdout)).toMatchObject([
    { store: "fallback", failure: expect.stringContaining("not the one that was saved") as string },
    { store: "primary/redacted: fs-permanent", failure: null },
    { store: "fallback: null", failure: null },
  ]);
});
