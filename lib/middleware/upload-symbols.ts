import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { crashesWaitingFor } from "#lib/db/missing-symbols";
import type { Services } from "#lib/services";
import type { SymbolModule } from "#lib/symbols/symbol-module";
import { storeSymbols, symbolStoreDirectory } from "#lib/symbols/symbol-store";
import { unpackSymbols, type UnpackedSymbols, type UploadedFile } from "#lib/symbols/unpack-symbols";

/** What became of an upload. */
export interface SymbolsUpload extends UnpackedSymbols {
  /** Crashes that waited for any of these symbols and are processed again. */
  readonly queued: number;
}

export type UploadServices = Pick<Services, "config" | "database" | "queue">;

const BATCH = 1000;
/** No upload takes so long: what is older was left by a process that was killed. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Puts uploaded symbols into the symbol store of the data folder and queues the crashes that waited for them. Throws
 * SymbolsRefused, and keeps nothing of the upload, when any file of it is not what it should be.
 */
export async function uploadSymbols(
  files: AsyncIterable<UploadedFile>,
  services: UploadServices,
): Promise<SymbolsUpload> {
  const dataDirectory = resolve(services.config.dataDirectory);
  const directory = await uploadDirectory(join(dataDirectory, "symbols-uploads"));
  try {
    const unpacked = await unpackSymbols(files, directory, services.config.symbolsUploadMaxBytes);
    await storeSymbols(symbolStoreDirectory(dataDirectory), unpacked.symbols);
    const modules = unpacked.symbols.map(({ module }) => module);
    return { ...unpacked, queued: await queueWaiting(modules, services) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function uploadDirectory(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const found = await stat(join(parent, name)).catch(() => null);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS)
      await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, "upload-"));
}

async function queueWaiting(
  modules: readonly SymbolModule[],
  { database, queue }: UploadServices,
): Promise<number> {
  let [after, queued] = ["", 0];
  for (;;) {
    const ids = await crashesWaitingFor(database, modules, { after, limit: BATCH });
    const last = ids.at(-1);
    if (last === undefined) return queued;
    await queue.publish(
      "reprocessing",
      ids.map((id) => ({ id, ruleset: "default" })),
    );
    [after, queued] = [last, queued + ids.length];
  }
}
