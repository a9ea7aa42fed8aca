import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProcessedCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { fsStorage } from "#lib/crashstorage/drivers/fs/storage";
import type { ContainerName } from "#lib/crashstorage/plan";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { EVERY_PART, type CrashStorage } from "#lib/crashstorage/storage";
import { benchmarkingStorage } from "./benchmarking";
import { fallbackStorage } from "./fallback";
import { polyStorage } from "./poly";
import { deferredWhen, primaryDeferredProcessedStorage, primaryDeferredStorage } from "./primary-deferred";
import { redactingStorage } from "./redacting";

/** Each container around two more of its kind, and all of them around each other. */
const AROUND: Readonly<Record<ContainerName, (inner: string, level: number) => string>> = {
  poly: (inner, level) => `poly(${inner}, fs-permanent(R/${level}))`,
  fallback: (inner, level) => `fallback(${inner}, fs-permanent(R/${level}))`,
  "primary-deferred": (inner, level) => `primary-deferred(${inner}, fs-permanent(R/${level}))`,
  "primary-deferred-processed": (inner, level) =>
    `primary-deferred-processed(${inner}, fs-permanent(R/${level}), fs-radix-tree(R/${level}p))`,
  benchmarking: (inner) => `benchmarking(${inner})`,
  redacting: (inner) => `redacting(${inner}, keys=nothing)`,
};
const nested = (arounds: readonly (typeof AROUND)[keyof typeof AROUND][]) =>
  arounds.reduce((inner, around, level) => around(inner, level), "fs-radix-tree(R/inner)");
const CASES = {
  ...Object.fromEntries(
    Object.entries(AROUND).map(([name, around]) => [`${name}, three deep`, nested([around, around, around])]),
  ),
  "all containers": nested(Object.values(AROUND)),
};
for (const [name, composition] of Object.entries(CASES))
  crashStorageContract(name, (root) =>
    openCrashStorage(composition.replaceAll("R/", `${root}/`), { dataDirectory: root }),
  );

{
  let time = Date.now();
  const dated = (root: string, name: string) =>
    fsStorage("fs-dated-radix-tree", join(root, name), { now: () => new Date(time) });
  const later = () => void (time += 60_000);
  const open = async (root: string) =>
    benchmarkingStorage(
      polyStorage([redactingStorage(await dated(root, "a"), []), await dated(root, "b")]),
      () => undefined,
    );
  crashStorageContract("containers of dated stores", open, EVERY_PART, { later });
}

let directory: string;
let one: CrashStorage;
let other: CrashStorage;
let third: CrashStorage;
let id: CrashId;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "containers-"));
  const open = (name: string) =>
    openCrashStorage(`fs-dated-radix-tree(${join(directory, name)})`, { dataDirectory: directory });
  [one, other, third] = await Promise.all([open("one"), open("other"), open("third")]);
  id = sampleId();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const raw = (content: JsonObject = {}) => ({
  id,
  raw: { ...content, uuid: id, submitted_timestamp: "2026-11-20T00:00:00+00:00" },
  dumps: new Map(),
});
const processed = (content: JsonObject = {}): ProcessedCrash => ({
  ...content,
  uuid: id,
  signature: "a::b",
  date_processed: "2026-11-20T00:00:00+00:00",
});
const failing = (storage: CrashStorage, message: string): CrashStorage => {
  const fail = () => Promise.reject(new Error(message));
  return { ...storage, saveRaw: fail, saveProcessed: fail, close: fail, getRaw: fail };
};
const has = (storage: CrashStorage) =>
  storage.getRaw(id).then(
    () => true,
    () => false,
  );

describe("poly", () => {
  it("saves to every member also when some fail, and then tells of every failure", async () => {
    const poly = polyStorage([failing(one, "first is broken"), other, failing(third, "third is broken")]);
    await expect(poly.saveRaw(raw())).rejects.toMatchObject({
      code: "poly_storage_error",
      message: "first is broken; third is broken",
      failures: [{ message: "first is broken" }, { message: "third is broken" }],
      transient: false,
    });
    expect(await has(other)).toBe(true);
    await expect(poly.close()).rejects.toMatchObject({ code: "poly_storage_error" });
  });

  it("gives each member a copy of its own", async () => {
    const seen: unknown[] = [];
    const changing = (storage: CrashStorage): CrashStorage => ({
      ...storage,
      saveProcessed(crash) {
        seen.push(structuredClone(crash));
        Object.assign(crash, { signature: "changed" });
        return storage.saveProcessed(crash);
      },
    });
    const crash = processed();
    await polyStorage([changing(one), changing(other)]).saveProcessed(crash);
    expect(seen).toEqual([processed(), processed()]);
    expect(crash).toEqual(processed());
  });

  it("says that a crash may be there when a member that cannot be reached may have it", async () => {
    await expect(polyStorage([failing(one, "unreachable"), other]).getRaw(id)).rejects.toThrow("unreachable");
  });
});

describe("fallback", () => {
  const fallback = (primary: CrashStorage, second: CrashStorage, told: unknown[] = []) =>
    fallbackStorage({ primary, fallback: second, onFallback: (error) => told.push(error) });

  it("saves in the fallback what the primary cannot, saying why, and finds it there", async () => {
    const told: unknown[] = [];
    const storage = fallback(failing(one, "disk full"), other, told);
    await storage.saveRaw(raw({ Version: "1" }));
    expect(told).toMatchObject([{ message: "disk full" }]);
    expect(await has(other)).toBe(true);
    expect(await fallback(one, other).getRaw(id)).toMatchObject({ Version: "1" });
  });

  it("tells of both failures when both fail", async () => {
    await expect(fallback(failing(one, "a"), failing(other, "b")).saveRaw(raw())).rejects.toMatchObject({
      code: "poly_storage_error",
      failures: [{ message: "a" }, { message: "b" }],
    });
  });

  it("leaves the fallback alone while the primary works", async () => {
    await fallback(one, other).saveRaw(raw());
    expect(await has(other)).toBe(false);
  });
});

describe("primary and deferred", () => {
  const isDeferred = deferredWhen("legacy_processing");

  it.each([
    [{}, false],
    [{ legacy_processing: 0 }, false],
    [{ legacy_processing: "0" }, false],
    [{ legacy_processing: 1 }, true],
    [{ legacy_processing: "1" }, true],
  ])("of %j: deferred is %s", async (content, deferred) => {
    const storage = primaryDeferredStorage({ primary: one, deferred: other, isDeferred });
    await storage.saveRaw(raw(content));
    expect([await has(one), await has(other)]).toEqual([!deferred, deferred]);
    expect(await storage.getRaw(id)).toMatchObject(content);
  });

  it("with a third store keep all processed crashes there", async () => {
    const storage = primaryDeferredProcessedStorage({
      primary: one,
      deferred: other,
      processed: third,
      isDeferred,
    });
    await storage.saveRaw(raw({ legacy_processing: 1 }));
    await storage.saveProcessed(processed());
    expect(await third.getUnredactedProcessed(id)).toEqual(processed());
    await expect(other.getUnredactedProcessed(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    await storage.remove(id);
    await expect(third.getUnredactedProcessed(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
});

it("benchmarking tells how long each call took, also of those that fail", async () => {
  const calls: [string, number][] = [];
  const storage = benchmarkingStorage(one, (method, seconds) => calls.push([method, seconds]));
  await storage.saveRaw(raw());
  await expect(storage.getUnredactedProcessed(id)).rejects.toBeDefined();
  expect(calls).toEqual([
    ["saveRaw", expect.any(Number)],
    ["getUnredactedProcessed", expect.any(Number)],
  ]);
});

it("redacting takes keys out of what is saved, at any depth, and leaves the crash given alone", async () => {
  const crash = processed({ url: "https://secret", json_dump: { sensitive: 1, status: "OK" }, email: null });
  await redactingStorage(one, ["url", "json_dump.sensitive", "a.b.c", "signature.x"]).saveProcessed(crash);
  expect(await one.getUnredactedProcessed(id)).toEqual(
    processed({ json_dump: { status: "OK" }, email: null }),
  );
  expect(crash.url).toBe("https://secret");
});

it("every container says which stores it has, and a store says that it has none", async () => {
  for (const [index, composition] of Object.values(CASES).entries()) {
    const storage = await openCrashStorage(composition.replaceAll("R/", `${directory}/${index}/`), {
      dataDirectory: directory,
    });
    expect(storage.members?.map(({ storage: member }) => member.name)).toEqual(
      expect.arrayContaining([expect.any(String)]),
    );
  }
  expect(one.members).toBeUndefined();
});
