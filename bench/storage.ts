import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { S3_KEYS, startS3Gateway } from "#test/services/s3-gateway";
import type { Measurement } from "./measurement";
import { withDirectory } from "./workplace";

const DUMP_BYTES = 400_000;
const CLIENTS = 8;
const FS_STORES = ["fs-permanent", "fs-radix-tree", "fs-dated-radix-tree"] as const;

/** Something that keeps a crash under its id and gives its dump back. */
interface Store {
  save(id: CrashId): Promise<void>;
  get(id: CrashId): Promise<unknown>;
}

/** Saves and gets of crashes with dumps of 400 kB, beside the same bytes written and read without a crash storage. */
export async function measureStorage(count: number): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const dump = join(directory, "dump");
    await writeFile(dump, randomBytes(DUMP_BYTES));
    const rows = [
      ...(await rates("bare file and folder synced", await bareFiles(join(directory, "bare"), dump), count)),
    ];
    for (const name of FS_STORES)
      rows.push(...(await rates(name, await crashStore(`${name}(${join(directory, name)})`, dump), count)));
    return [...rows, ...(await s3Rates(dump, count))];
  });
}

async function s3Rates(dump: string, count: number): Promise<readonly Measurement[]> {
  Object.assign(process.env, S3_KEYS);
  const gateway = await startS3Gateway();
  try {
    const { endpoint, bucket } = gateway;
    const setting = `s3(bucket=${bucket}, prefix=bench, endpoint=${endpoint}, region=us-east-1)`;
    return [
      ...(await rates("bare S3 client", await bareObjects(gateway, dump), count)),
      ...(await rates("s3", await crashStore(setting, dump), count)),
    ];
  } finally {
    await gateway.remove();
  }
}

async function bareFiles(directory: string, dump: string): Promise<Store> {
  await mkdir(directory);
  const content = await readFile(dump);
  return {
    async save(id) {
      const path = join(directory, id);
      await writeFile(`${path}.part`, content, { flush: true });
      await rename(`${path}.part`, path);
      const folder = await open(directory);
      await folder.sync();
      await folder.close();
    },
    get: (id) => readFile(join(directory, id)),
  };
}

async function bareObjects(
  { endpoint, bucket }: { readonly endpoint: string; readonly bucket: string },
  dump: string,
): Promise<Store> {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
  const content = await readFile(dump);
  return {
    save: (id) =>
      client
        .send(new PutObjectCommand({ Bucket: bucket, Key: `bare/${id}`, Body: content }))
        .then(() => undefined),
    get: async (id) =>
      (
        await client.send(new GetObjectCommand({ Bucket: bucket, Key: `bare/${id}` }))
      ).Body?.transformToByteArray(),
  };
}

async function crashStore(setting: string, dump: string): Promise<Store> {
  const storage = await openCrashStorage(setting, { dataDirectory: "/" });
  return {
    save: (id) =>
      storage.saveRaw({
        id,
        raw: { uuid: id, submitted_timestamp: new Date().toISOString(), ProductName: "Kestrel" },
        dumps: new Map([[MAIN_DUMP, { path: dump, sizeBytes: DUMP_BYTES }]]),
      }),
    get: async (id) => {
      await storage.getRaw(id);
      return buffer(await storage.getDump(id, MAIN_DUMP));
    },
  };
}

async function rates(what: string, store: Store, count: number): Promise<readonly Measurement[]> {
  const ids = Array.from({ length: count }, () => newCrashId(new Date(), crypto.randomUUID(), 0));
  return [
    { what: `${what}, saves`, value: await rate(ids, (id) => store.save(id)), unit: "crashes/s" },
    { what: `${what}, gets`, value: await rate(ids, (id) => store.get(id)), unit: "crashes/s" },
  ];
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
