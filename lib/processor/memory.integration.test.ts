import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { concurrently } from "#lib/core/concurrently";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashStorage } from "#lib/crashstorage/storage";
import { builtInSiglists } from "#lib/signature/siglists";
import { bytesInUse, bytesInUseBeyond } from "#test/live-memory";
import { processCrash, type ProcessingNeeds } from "./process-crash";
import { createStackwalk } from "./stackwalk";

const FIXTURES = "test/fixtures/crashes";
const CRASHES = ["segfault", "oom", "thread", "stack-overflow", "rust-panic"];
const ALLOWED_BYTES = 1_000_000;

let directory: string;
let storage: CrashStorage;
let needs: ProcessingNeeds;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "memory-"));
  storage = await openCrashStorage("fs-permanent", { dataDirectory: directory });
  const stackwalk = createStackwalk({
    command: "minidump-stackwalk",
    timeoutSeconds: 60,
    memoryBytes: 4 * 2 ** 30,
    maxOutputBytes: 2 ** 27,
    symbolPaths: [join(FIXTURES, "symbols")],
    symbolUrls: [],
    symbolCacheDirectory: join(directory, "cache"),
    symbolCacheBytes: 2 ** 30,
  });
  const siglists = builtInSiglists();
  const now = () => new Date("2026-11-20T02:00:00Z");
  needs = { storage, stackwalk, siglists, now, hostName: "memory", temporaryDirectory: directory };
});
afterAll(() => rm(directory, { recursive: true }));

/** From the raw crash to the saved processed crash, as a worker does it. */
function process(count: number): Promise<void> {
  return concurrently(Array(count).keys(), { limit: 2 }, async (index) => {
    const id = newCrashId(new Date("2026-11-20"), crypto.randomUUID(), 0);
    const path = join(FIXTURES, `${CRASHES[index % CRASHES.length] ?? ""}.dmp`);
    const dumps = new Map([[MAIN_DUMP, { path, sizeBytes: (await stat(path)).size }]]);
    const raw = { ProductName: "Kestrel", uuid: id, submitted_timestamp: "2026-11-20T01:02:03+00:00" };
    await storage.saveRaw({ id, raw, dumps });
    const { processed } = await processCrash({ id, ruleset: "default" }, needs);
    expect(processed.success).toBe(true);
    await storage.saveProcessed(processed);
  });
}

it("the memory in use is flat: processing hundreds of crashes leaves nothing behind", async () => {
  await process(60);
  const before = await bytesInUse();
  await process(300);
  expect(await bytesInUseBeyond(before + ALLOWED_BYTES)).toBeLessThanOrEqual(before + ALLOWED_BYTES);
});
