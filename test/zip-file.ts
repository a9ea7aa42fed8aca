import { crc32, deflateRawSync } from "node:zlib";

/** A file for a ZIP archive; what is given beside name and content is a lie about it. */
export interface ZipFile {
  readonly name: string;
  readonly content: Buffer | string;
  readonly isStored?: boolean;
  readonly sizeBytes?: number;
  readonly checksum?: number;
  readonly flags?: number;
}

/** A ZIP archive of files. */
export function zipFile(files: readonly ZipFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const content = Buffer.from(file.content);
    const packed = file.isStored ? content : deflateRawSync(content);
    const name = Buffer.from(file.name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(file.flags ?? 0, 2);
    facts.writeUInt16LE(file.isStored ? 0 : 8, 4);
    facts.writeUInt32LE(file.checksum ?? crc32(content), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(file.sizeBytes ?? content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    bodies.push(Buffer.from("PK\u0003\u0004"), facts, name, packed);
    directory.push(Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), facts, place, name);
    offset += 4 + facts.length + name.length + packed.length;
  }
  const bytes = Buffer.concat(directory).length;
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}
