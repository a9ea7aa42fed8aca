import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { crashStorageContract, sampleId } from "#lib/crashstorage/conformance";
import { crashStorageFaults } from "#lib/crashstorage/fault-conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { S3LayoutName } from "#lib/crashstorage/s3-layouts";
import { S3_KEYS, startS3Gateway, type S3Gateway } from "#test/services/s3-gateway";
import { openBucket } from "./bucket";

let gateway: S3Gateway;
beforeAll(async () => {
  for (const [name, value] of Object.entries(S3_KEYS)) vi.stubEnv(name, value);
  gateway = await startS3Gateway();
});
afterAll(async () => {
  await gateway.remove();
  vi.unstubAllEnvs();
});

const openAt = (
  endpoint: string,
  prefix: string,
  layout: S3LayoutName = "entropy",
  bucket = gateway.bucket,
) =>
  openCrashStorage(
    `s3(bucket=${bucket}, prefix=${prefix}, endpoint=${endpoint}, region=us-east-1, layout=${layout})`,
    { dataDirectory: tmpdir() },
  );
const open = (prefix: string, layout?: S3LayoutName, bucket?: string) =>
  openAt(gateway.endpoint, prefix, layout, bucket);

for (const layout of ["entropy", "dated"] as const) {
  crashStorageContract(`s3, ${layout}`, (directory) => open(basename(dirname(directory)), layout));
  crashStorageFaults(`s3, ${layout}`, {
    port: () => gateway.port,
    open: (port, directory) => openAt(`http://127.0.0.1:${port}`, basename(dirname(directory)), layout),
    service: () => gateway,
  });
}

const raw = (id: CrashId) => ({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });

describe("s3", () => {
  const id = "0bba929f-8721-460c-dead-a43c20071025" as CrashId;

  it.each<[S3LayoutName, string]>([
    ["entropy", `v2/raw_crash/0bb/20071025/${id}`],
    ["dated", `v1/raw_crash/20071025/${id}`],
  ])("has its keys in the layout %s where other tools look for them", async (layout, rawKey) => {
    const directory = await mkdtemp(join(tmpdir(), "s3-keys-"));
    const path = join(directory, "dump");
    await writeFile(path, "MDMP");
    const file = { path, sizeBytes: 4 };
    const storage = await open(`keys-${layout}`, layout);
    await storage.saveRaw({
      ...raw(id),
      dumps: new Map([
        [MAIN_DUMP, file],
        ["memory_report", file],
      ]),
    });
    await storage.saveProcessed({ uuid: id, signature: "s", date_processed: "x" });
    const bucket = await openBucket({ ...gateway, region: "us-east-1" });
    const text = (key: string) => bucket.getText(`keys-${layout}/${key}`);
    expect(JSON.parse((await text(rawKey)) ?? "")).toMatchObject({ uuid: id });
    expect(JSON.parse((await text(`v1/dump_names/${id}`)) ?? "")).toEqual([MAIN_DUMP, "memory_report"]);
    expect(await text(`v1/dump/${id}`)).toBe("MDMP");
    expect(await text(`v1/memory_report/${id}`)).toBe("MDMP");
    expect(JSON.parse((await text(`v1/processed_crash/${id}`)) ?? "")).toMatchObject({ signature: "s" });
    await rm(directory, { recursive: true });
  });

  it("reads raw crashes from before the keys had dates", async () => {
    const bucket = await openBucket({ ...gateway, region: "us-east-1" });
    await bucket.putText(`old/v1/raw_crash/${id}`, JSON.stringify({ uuid: id, Version: "1" }));
    expect(await (await open("old")).getRaw(id)).toMatchObject({ Version: "1" });
  });

  it("is refused at start when there is no such bucket, or it may not be used", async () => {
    await expect(open("x", "entropy", "nobodys")).rejects.toMatchObject({
      code: "bad_setting",
      message: 'CRASHSTORAGE: the S3 bucket "nobodys" is not there.',
    });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong");
    await expect(open("x")).rejects.toMatchObject({
      code: "bad_setting",
      message: 'CRASHSTORAGE: the S3 bucket "crashes" cannot be used: status 403.',
    });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", S3_KEYS.AWS_SECRET_ACCESS_KEY);
  });

  it("saves when the gateway comes back in time, once, and says which store and crash when it does not", async () => {
    const storage = await open("restarts");
    const [lost, kept] = [sampleId(), sampleId()];
    await gateway.kill();
    await expect(storage.saveRaw(raw(lost))).rejects.toMatchObject({
      code: "storage_unavailable",
      transient: true,
      message: expect.stringMatching(new RegExp(`S3 bucket crashes, .*${lost}`)) as string,
    });
    const saving = storage.saveRaw(raw(kept));
    await gateway.start();
    await saving;
    expect(await storage.getRaw(kept)).toMatchObject({ uuid: kept });
    await expect(storage.getRaw(lost)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
});
