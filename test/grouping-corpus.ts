import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "#lib/config/config";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { searchDocument } from "#lib/fields/document";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";
import { crashDataFromProcessed } from "#lib/signature/crash-data";
import { generateSignature } from "#lib/signature/generate";
import { loadSiglists, readSiglists } from "#lib/signature/siglist-files";
import { copyCurrentDatabase } from "./current-database";

/** Stacks, of which each hundredth of the corpus has one: those of the planted change, and others. */
const STACKS: readonly { readonly hundredths: number; readonly frames: readonly string[] }[] = [
  { hundredths: 30, frames: ["planted_alloc", "app::load"] },
  { hundredths: 20, frames: ["planted_alloc", "app::draw"] },
  { hundredths: 10, frames: ["planted_free", "app::close"] },
  { hundredths: 15, frames: ["planted_dispatch", "app::first"] },
  { hundredths: 5, frames: ["planted_dispatch", "app::second"] },
  { hundredths: 20, frames: ["app::elsewhere"] },
];

const BUGS = [
  { bugId: 1, signature: "planted_alloc" },
  { bugId: 2, signature: "planted_free" },
  { bugId: 3, signature: "app::elsewhere" },
];

/** Writes the lists before and after the planted change into folders below one, and gives those. */
export async function plantedLists(folder: string): Promise<{ readonly old: string; readonly new: string }> {
  const texts = await readSiglists("");
  const write = async (name: string, prefixes: readonly string[]) => {
    const directory = join(folder, name);
    await mkdir(directory, { recursive: true });
    const prefix = [texts.prefix_signature_re, ...prefixes].join("\n");
    for (const [list, text] of Object.entries({ ...texts, prefix_signature_re: prefix }))
      await writeFile(join(directory, `${list}.txt`), text);
    return directory;
  };
  return {
    old: await write("old", ["planted_dispatch"]),
    new: await write("new", ["planted_alloc", "planted_free"]),
  };
}

/** Fills a data folder with crashes that were processed by lists of a folder, and with bugs about them. */
export async function plantCrashes(
  dataDirectory: string,
  { count, siglists, date }: { readonly count: number; readonly siglists: string; readonly date: Date },
): Promise<readonly CrashId[]> {
  await copyCurrentDatabase(join(dataDirectory, "database"));
  const lists = await loadSiglists(siglists);
  const { config } = loadConfig({ CRASHSTATS_DATA_DIR: dataDirectory }, dataDirectory);
  const open = await openServices(config, createLog("fatal"));
  const { storage, search, database } = open.services;
  try {
    const crashes = STACKS.flatMap(({ hundredths, frames }) =>
      Array.from({ length: (count * hundredths) / 100 }, () => plantedStack(frames, date)),
    );
    for (const { raw, processed } of crashes) {
      const { signature } = generateSignature(crashDataFromProcessed(processed), lists);
      const signed = { ...processed, signature };
      await storage.saveRaw({ id: raw.uuid, raw, dumps: new Map() });
      await storage.saveProcessed(signed, raw);
      await search.index([searchDocument(signed, raw)]);
    }
    await database.client.bugAssociation.createMany({ data: BUGS });
    return crashes.map(({ raw }) => raw.uuid);
  } finally {
    await open.close();
  }
}

function plantedStack(frames: readonly string[], date: Date): { raw: RawCrash; processed: ProcessedCrash } {
  const uuid = newCrashId(date, crypto.randomUUID(), 0);
  const arrived = `${date.toISOString().slice(0, 19)}+00:00`;
  return {
    raw: { uuid, submitted_timestamp: arrived, ProductName: "Kestrel", Version: "1.0", version: 2 },
    processed: {
      uuid,
      date_processed: arrived,
      signature: "",
      product: "Kestrel",
      version: "1.0",
      json_dump: {
        crash_info: { crashing_thread: 0 },
        system_info: { os: "Linux" },
        threads: [{ frames: frames.map((name) => ({ function: name, module: "kestrel" })) }],
      },
    },
  };
}
