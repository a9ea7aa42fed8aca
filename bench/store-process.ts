// Saves and gets crashes, with a crash storage or with the bare library below it, and prints how fast and in how much memory.
import { createReadStream } from "node:fs";
import { link, mkdir, open, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { crashPaths } from "#lib/crashstorage/drivers/fs/paths";
import { FS_LAYOUTS, type FsLayout, type FsStorageName } from "#lib/crashstorage/fs-layouts";
import { openCrashStorage } from "#lib/crashstorage/registry";

/** What is to be measured. */
export interface StoreOrder {
  /** What CRASHSTORAGE says; null for the bare library. */
  readonly setting: string | null;
  readonly bare:
    | { readonly kind: "files"; readonly directory: string; readonly name: FsStorageName }
    | { readonly kind: "s3"; readonly endpoint: string; readonly bucket: string };
  readonly dump: string;
  readonly count: number;
}

/** Crashes per second, and the most memory that the process had. */
export interface StoreFigures {
  readonly saves: number;
  readonly gets: number;
  readonly peakMegabytes: number;
}

/** Something that keeps a crash under its id and gives its raw crash and dump back. */
interface Store {
  readonly save: (id: CrashId) => Promise<unknown>;
  readonly get: (id: CrashId) => Promise<unknown>;
}

const CLIENTS = 8;
const order = JSON.parse(process.argv[2] ?? "") as StoreOrder;
const store = order.setting === null ? await bareStore(order) : await crashStore(order.setting, order.dump);
const ids = Array.from({ length: order.count }, () => newCrashId(new Date(), crypto.randomUUID(), 0));
const figures: StoreFigures = {
  saves: await rate(store.save),
  gets: await rate(store.get),
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(figures), () => process.exit());

function rawCrash(id: CrashId) {
  return { uuid: id, submitted_timestamp: new Date().toISOString(), ProductName: "Kestrel" };
}

async function crashStore(setting: string, dump: string): Promise<Store> {
  const storage = await openCrashStorage(setting, { dataDirectory: "/" });
  const { size: sizeBytes } = await (await open(dump)).stat();
  return {
    save: (id) =>
      storage.saveRaw({ id, raw: rawCrash(id), dumps: new Map([[MAIN_DUMP, { path: dump, sizeBytes }]]) }),
    get: async (id) => [await storage.getRaw(id), await buffer(await storage.getDump(id, MAIN_DUMP))],
  };
}

function bareStore({ bare, dump }: StoreOrder): Promise<Store> {
  return bare.kind === "files"
    ? bareFiles(bare.directory, FS_LAYOUTS[bare.name], dump)
    : bareObjects(bare, dump);
}

/** The files and syncs that the layout cannot do without: new folders, a second name for the dump, the raw crash. */
async function bareFiles(root: string, layout: FsLayout, dump: string): Promise<Store> {
  await mkdir(root);
  const slot = join(root, "date");
  await mkdir(slot);
  return {
    async save(id) {
      const paths = crashPaths(root, id, layout);
      const { directory, raw } = paths;
      const first = await mkdir(directory, { recursive: true });
      await Promise.all(madeFolders(directory, first).map((folder) => sync(dirname(folder))));
      await link(dump, paths.dump(MAIN_DUMP));
      if (layout.dated) {
        await symlink(slot, `${raw}.slot`);
        await symlink(directory, join(slot, id));
        await sync(slot);
      }
      await writeFile(`${raw}.part`, JSON.stringify(rawCrash(id)), { flush: true });
      await rename(`${raw}.part`, raw);
      await sync(directory);
    },
    async get(id) {
      const paths = crashPaths(root, id, layout);
      const content = JSON.parse(await readFile(paths.raw, "utf8")) as unknown;
      return [content, await buffer(createReadStream(paths.dump(MAIN_DUMP)))];
    },
  };
}

function madeFolders(directory: string, first: string | undefined): readonly string[] {
  if (first === undefined || directory.length < first.length) return [];
  return [directory, ...madeFolders(dirname(directory), first)];
}

async function sync(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}

/** The requests that the layout cannot do without: two to three objects, and a look for what is there. */
function bareObjects(
  { endpoint, bucket: Bucket }: { readonly endpoint: string; readonly bucket: string },
  dump: string,
): Promise<Store> {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
  const put = (Key: string, Body: string | Buffer) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
  return Promise.resolve({
    async save(id) {
      await get(`bare/names/${id}`).catch(() => null);
      await Promise.all([
        put(`bare/names/${id}`, JSON.stringify([MAIN_DUMP])),
        readFile(dump).then((content) => put(`bare/dump/${id}`, content)),
      ]);
      await put(`bare/raw/${id}`, JSON.stringify(rawCrash(id)));
    },
    async get(id) {
      await get(`bare/raw/${id}`);
      await client.send(new HeadObjectCommand({ Bucket, Key: `bare/raw/${id}` }));
      await get(`bare/dump/${id}`);
    },
  });
}

/** With several clients at once. */
async function rate(work: (id: CrashId) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const rest = ids.values();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const id of rest) await work(id);
    }),
  );
  return (1000 * ids.length) / (performance.now() - started);
}
