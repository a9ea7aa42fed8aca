import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { anonymous, type Permission, type Viewer } from "#lib/core/viewer";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { AuditEntry } from "#lib/db/audit";
import { openCrashQueue } from "#lib/queue/registry";
import { crashIdOf, processedCrash, rawCrash, rawDump, shownCrash, type CrashDoor } from "./crash-data";
import { prioritise } from "./priority";

const submitted = new Date("2026-11-20T01:02:03Z");
const id = newCrashId(submitted, crypto.randomUUID(), 0);
const missing = newCrashId(submitted, crypto.randomUUID(), 0);
const viewerWho = (...permissions: readonly Permission[]): Viewer => ({
  email: "analyst@example.com",
  can: (permission) => permissions.includes(permission),
});

const asked = (...permissions: readonly Permission[]) => ({
  viewer: viewerWho(...permissions),
  now: submitted,
});
const nobody = { viewer: anonymous, now: submitted };

let directory: string;
let storage: CrashStorage;
let kept: AuditEntry[];
let door: CrashDoor;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "crash-data-"));
  storage = await openCrashStorage("fs-permanent", { dataDirectory: directory });
  const path = join(directory, "dump");
  await writeFile(path, "MDMP");
  const dump = { path, sizeBytes: 4 };
  await storage.saveRaw({
    id,
    raw: {
      uuid: id,
      submitted_timestamp: submitted.toISOString(),
      ProductName: "Kestrel",
      URL: "https://secret",
    },
    dumps: new Map([
      [MAIN_DUMP, dump],
      ["memory_report", dump],
      ["upload_file_minidump_browser", dump],
    ]),
  });
});
beforeEach(() => {
  kept = [];
  door = {
    crashData: storage,
    keepView: (view) => {
      kept.push(view);
      return Promise.resolve();
    },
  };
});
afterAll(() => rm(directory, { recursive: true }));

describe("a crash's data", () => {
  it("has its protected parts only for those who may see them", async () => {
    expect(await rawCrash(door, id, nobody)).not.toHaveProperty("URL");
    expect(await rawCrash(door, id, nobody)).toHaveProperty("ProductName", "Kestrel");
    expect(await rawCrash(door, id, asked("view_pii"))).toHaveProperty("URL", "https://secret");
  });

  it("is shown without an entry to those who see public parts only, with one to others, and not when that fails", async () => {
    await rawCrash(door, id, nobody);
    await rawCrash(door, id, asked("view_rawdump"));
    expect(kept).toEqual([]);
    await rawCrash(door, id, asked("view_pii"));
    const entry = { action: "crash.view_protected", actor: "analyst@example.com", subject: id, detail: "" };
    expect(kept).toEqual([{ ...entry, at: submitted }]);
    const full = { ...door, keepView: () => Promise.reject(new Error("full")) };
    await expect(rawCrash(full, id, asked("view_pii"))).rejects.toThrow("full");
    await expect(rawDump(full, id, null, asked("view_rawdump"))).rejects.toThrow("full");
    expect(await rawCrash(full, id, nobody)).not.toHaveProperty("URL");
  });

  it("is not found before it was processed, or when it is none", async () => {
    await expect(processedCrash(door, id, nobody)).rejects.toMatchObject({
      code: "crash_id_not_found",
    });
    expect(await shownCrash(door, id, asked("view_pii"))).toBe("waiting");
    expect(await shownCrash(door, missing, asked("view_pii"))).toBeNull();
    expect(kept).toEqual([]);
  });

  it.each([
    [null, `${id}.dmp`],
    ["", `${id}.dmp`],
    ["upload_file_minidump_browser", `${id}-upload_file_minidump_browser.dmp`],
    ["memory_report", "memory_report.json.gz"],
  ])("has the dump %j for download as %s, for those who may", async (name, fileName) => {
    const download = await rawDump(door, id, name, asked("view_rawdump"));
    expect(download.fileName).toBe(fileName);
    expect(await text(download.content)).toBe("MDMP");
    expect(kept).toMatchObject([
      { action: "crash.download_dump", actor: "analyst@example.com", subject: id },
    ]);
    await expect(rawDump(door, id, name, asked("view_pii"))).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it.each([["upload_file_minidump_none"], ["../../../etc/passwd"], ["a/b"]])(
    "has no dump %s",
    async (name) => {
      await expect(rawDump(door, id, name, asked("view_rawdump"))).rejects.toMatchObject({
        code: "crash_id_not_found",
      });
    },
  );

  it.each(["", "x", `bp-${id}`, `${id} `.toUpperCase(), "00000000-0000-4000-8000-000000999999"])(
    "is not asked for under the id %j",
    (text) => {
      expect(() => crashIdOf(text)).toThrow("Bad value for parameter(s) 'uuid'");
    },
  );
});

it("a crash that somebody looks at goes to the front, once a minute", async () => {
  const queue = await openCrashQueue("fs:", directory);
  const waiting = async () => (await queue.depths()).priority.waiting;
  await prioritise(queue, id, submitted);
  await prioritise(queue, id, new Date(submitted.getTime() + 59_999));
  expect(await waiting()).toBe(1);
  await prioritise(queue, missing, submitted);
  expect(await waiting()).toBe(2);
  await queue.close();
});
