import type { ByteWriter } from "./byte-writer";
import type { LoadedModule, MinidumpDescription, Os } from "./minidump-description";

/** What the stream directory and memory lists of a minidump point with. */
export interface Location {
  readonly offset: number;
  readonly bytes: number;
}

/** Appends the module list with names, versions and the records that tell the debug ids. */
export function writeModules(writer: ByteWriter, { modules, system }: MinidumpDescription): Location {
  const entryBytes = 108;
  const bytes = 4 + entryBytes * modules.length;
  const offset = writer.reserve(bytes);
  writer.set32(offset, modules.length);
  modules.forEach((module, index) => {
    const entry = offset + 4 + entryBytes * index;
    writer.set64(entry, module.base);
    writer.set32(entry + 8, module.size);
    writer.set32(entry + 16, module.timestamp);
    writer.set32(entry + 20, writer.appendText(module.path));
    if (module.version) writeVersion(writer, entry + 24, module.version, system.os);
    const record = isElf(system.os) ? writeBuildId(writer, module) : writePdbId(writer, module);
    writer.set32(entry + 76, record.bytes);
    writer.set32(entry + 80, record.offset);
  });
  return { offset, bytes };
}

function writeVersion(
  writer: ByteWriter,
  offset: number,
  version: readonly [number, number, number, number],
  os: Os,
): void {
  writer.set32(offset, 0xfeef04bd);
  writer.set32(offset + 4, 0x10000);
  const elf = isElf(os);
  version.forEach((part, index) => {
    // Windows packs two parts into each of two words, low half last; the ELF form has a word for each.
    if (elf) writer.set32(offset + 8 + 4 * index, part);
    else writer.set16(offset + 8 + 4 * (index >> 1) + (index % 2 === 0 ? 2 : 0), part);
  });
}

function writePdbId(writer: ByteWriter, module: LoadedModule): Location {
  const name = Buffer.from(`${module.debugFile}\0`);
  const bytes = 24 + name.length;
  const offset = writer.reserve(bytes);
  writer.set32(offset, 0x53445352);
  writer.setBytes(offset + 4, guidBytes(module.debugGuid));
  writer.set32(offset + 20, module.debugAge);
  writer.setBytes(offset + 24, name);
  return { offset, bytes };
}

function writeBuildId(writer: ByteWriter, module: LoadedModule): Location {
  const bytes = 24;
  const offset = writer.reserve(bytes);
  writer.set32(offset, 0x4270454c);
  writer.setBytes(offset + 4, guidBytes(module.debugGuid));
  writer.set32(offset + 20, module.timestamp);
  return { offset, bytes };
}

/** The bytes of a GUID as written: its first three groups are little-endian numbers. */
export function guidBytes(guid: string): Uint8Array {
  const bytes = Buffer.from(guid, "hex");
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** Appends the list of modules that were loaded once. */
export function writeUnloadedModules(writer: ByteWriter, { unloadedModules }: MinidumpDescription): Location {
  const entryBytes = 24;
  const bytes = 12 + entryBytes * unloadedModules.length;
  const offset = writer.reserve(bytes);
  [12, entryBytes, unloadedModules.length].forEach((value, index) => writer.set32(offset + 4 * index, value));
  unloadedModules.forEach((module, index) => {
    const entry = offset + 12 + entryBytes * index;
    writer.set64(entry, module.base);
    writer.set32(entry + 8, module.size);
    writer.set32(entry + 16, module.timestamp);
    writer.set32(entry + 20, writer.appendText(module.path));
  });
  return { offset, bytes };
}

function isElf(os: Os): boolean {
  return os === "linux" || os === "android";
}
