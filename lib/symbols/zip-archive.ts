import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { SymbolsRefused } from "./symbols-refused";

/** A file in a ZIP archive, as the archive's directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Unpacked, as the archive says; `unpack` holds it to that. */
  readonly sizeBytes: number;
  readonly isCompressed: boolean;
  readonly packedBytes: number;
  readonly checksum: number;
  /** Where its header is in the archive. */
  readonly offset: number;
}

const MOST_ENTRIES = 10_000;
const LARGEST_DIRECTORY_BYTES = 16 * 1024 * 1024;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 65_535;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_BYTES = 46;
const HEADER_SIGNATURE = 0x04034b50;
const HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

/** The files of an archive; folders are left out. Throws SymbolsRefused for what is no archive that can be read. */
export async function zipEntries(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path);
  try {
    const directory = await readDirectory(file);
    const entries = directoryEntries(directory);
    if (entries.length > MOST_ENTRIES)
      throw new SymbolsRefused(`The archive has ${entries.length} files; ${MOST_ENTRIES} are accepted.`);
    return entries.filter(({ name }) => !name.endsWith("/"));
  } finally {
    await file.close();
  }
}

/** The content of a file in an archive. Throws SymbolsRefused when it is not what the archive says. */
export async function* unpack(path: string, entry: ZipEntry): AsyncGenerator<Buffer> {
  const file = await open(path);
  const header = await readExactly(file, entry.offset, HEADER_BYTES).finally(() => file.close());
  if (header.readUInt32LE(0) !== HEADER_SIGNATURE) throw broken();
  const start = entry.offset + HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const end = start + entry.packedBytes - 1;
  const packed = end < start ? Readable.from([]) : createReadStream(path, { start, end });
  const content = entry.isCompressed ? packed.pipe(createInflateRaw()) : packed;
  packed.once("error", (error: Error) => content.destroy(error));
  let [size, checksum] = [0, 0];
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > entry.sizeBytes) break;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code?.startsWith("Z_")) throw broken(cause);
    throw cause;
  } finally {
    packed.destroy();
    content.destroy();
  }
  if (size !== entry.sizeBytes || checksum !== entry.checksum)
    throw new SymbolsRefused(`${entry.name}: its content is not what the archive says.`);
}

async function readDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT_BYTES);
  const tail = await readExactly(file, size - tailBytes, tailBytes);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END_SIGNATURE);
  const at = tail.lastIndexOf(signature);
  if (at < 0 || at + END_BYTES > tail.length) throw broken();
  const [bytes, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (offset === 0xffffffff || tail.readUInt16LE(at + 10) === 0xffff)
    throw new SymbolsRefused("The archive is larger than 4 GiB or has too many files (ZIP64).");
  if (bytes > LARGEST_DIRECTORY_BYTES) throw new SymbolsRefused("The archive has too many files.");
  return readExactly(file, offset, bytes);
}

function directoryEntries(directory: Buffer): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at < directory.length;) {
    if (at + DIRECTORY_BYTES > directory.length || directory.readUInt32LE(at) !== DIRECTORY_SIGNATURE)
      throw broken();
    const nameEnd = at + DIRECTORY_BYTES + directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + DIRECTORY_BYTES, nameEnd);
    const method = directory.readUInt16LE(at + 10);
    if ((directory.readUInt16LE(at + 8) & ENCRYPTED_FLAG) !== 0 || ![STORED, DEFLATED].includes(method))
      throw new SymbolsRefused(`${name}: it is encrypted, or compressed in another way than by deflate.`);
    entries.push({
      name,
      isCompressed: method === DEFLATED,
      checksum: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      sizeBytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw broken();
  return buffer;
}

function broken(cause?: unknown): SymbolsRefused {
  return new SymbolsRefused("The archive is broken: it is no ZIP file, or was cut off.", 400, { cause });
}
