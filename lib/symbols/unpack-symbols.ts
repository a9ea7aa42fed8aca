import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { symbolModule, type SymbolModule } from "./symbol-module";
import { SymbolsRefused } from "./symbols-refused";
import { unpack, zipEntries } from "./zip-archive";

/** A file as it was sent. */
export interface UploadedFile {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A file of symbols that was checked, and which module it serves. */
export interface SymbolFile {
  /** As it was called in the upload or the archive. */
  readonly name: string;
  readonly module: SymbolModule;
  readonly os: string;
  readonly architecture: string;
  readonly sizeBytes: number;
  /** Where it is at present. */
  readonly path: string;
}

export interface UnpackedSymbols {
  readonly symbols: readonly SymbolFile[];
  /** Files of archives that are no symbols. */
  readonly skipped: readonly string[];
}

const LONGEST_MODULE_LINE_BYTES = 4096;

/**
 * Takes uploaded `.sym` files and archives of them apart, into a folder of this upload alone. Which file is what its
 * content says, not its name. No more than `maxBytes` are written, neither as sent nor unpacked. Throws SymbolsRefused
 * when anything is wrong: nothing of the upload is to be used then.
 */
export async function unpackSymbols(
  files: AsyncIterable<UploadedFile>,
  directory: string,
  maxBytes: number,
): Promise<UnpackedSymbols> {
  const [symbols, skipped]: [SymbolFile[], string[]] = [[], []];
  const [sent, unpacked] = [budget(maxBytes), budget(maxBytes)];
  for await (const { name, content } of files) {
    const path = join(directory, `upload-${symbols.length + skipped.length}`);
    const sizeBytes = await writeWithin(content, path, sent);
    if (!(await isArchive(path))) {
      symbols.push(await describeSymbols(name, path, sizeBytes));
      continue;
    }
    for (const entry of await zipEntries(path)) {
      refusePath(entry.name);
      const target = join(directory, `symbols-${symbols.length}`);
      if (!entry.name.endsWith(".sym")) skipped.push(entry.name);
      else {
        const size = await writeWithin(unpack(path, entry), target, unpacked);
        symbols.push(await describeSymbols(entry.name, target, size));
      }
    }
    await rm(path);
  }
  if (symbols.length === 0) throw new SymbolsRefused("There are no .sym files in it.");
  return { symbols, skipped };
}

type Budget = (bytes: number) => void;

function budget(maxBytes: number): Budget {
  let left = maxBytes;
  return (bytes) => {
    left -= bytes;
    if (left < 0) throw new SymbolsRefused(`The symbols are larger than ${maxBytes} bytes.`, 413);
  };
}

/** Synced, so that it can be put into the store as it is. */
async function writeWithin(content: AsyncIterable<Uint8Array>, path: string, spend: Budget): Promise<number> {
  const file = await open(path, "wx");
  let size = 0;
  try {
    for await (const chunk of content) {
      spend(chunk.length);
      size += chunk.length;
      await file.appendFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return size;
}

async function isArchive(path: string): Promise<boolean> {
  return (await beginning(path, 4)).toString("latin1").startsWith("PK\u0003\u0004");
}

/** Names of archives are used for nothing but answers; one that points elsewhere was not made by honest tools. */
function refusePath(name: string): void {
  const isOdd = name.startsWith("/") || /[\\\0]|^[A-Za-z]:/.test(name) || name.split("/").includes("..");
  if (isOdd)
    throw new SymbolsRefused(`${JSON.stringify(name)}: a file of an archive may not be outside of it.`);
}

async function describeSymbols(name: string, path: string, sizeBytes: number): Promise<SymbolFile> {
  const [line = ""] = (await beginning(path, LONGEST_MODULE_LINE_BYTES)).toString("utf8").split(/\r?\n/, 1);
  const [, os = "", architecture = "", id = "", file = ""] =
    /^MODULE (\S+) (\S+) (\S+) (.+)$/.exec(line) ?? [];
  const module = /[/\\]/.test(file) ? null : symbolModule(file, id);
  if (module) return { name, module, os, architecture, sizeBytes, path };
  throw new SymbolsRefused(
    `${name}: its first line is ${JSON.stringify(line.slice(0, 120))}; wanted: MODULE, operating system, architecture, ` +
      "debug id and name of the file, as in: MODULE Linux x86_64 A181284306CA50C172E3446A99F04D0A0 kestrel",
  );
}

async function beginning(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
