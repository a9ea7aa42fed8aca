/** Little-endian bytes that grow while they are written; places can be kept free and filled later. */
export interface ByteWriter {
  /** Keeps zeros free at the end, aligned to 4 bytes, and returns their offset. */
  readonly reserve: (count: number) => number;
  readonly set8: (offset: number, value: number) => void;
  readonly set16: (offset: number, value: number) => void;
  readonly set32: (offset: number, value: number) => void;
  readonly set64: (offset: number, value: number | bigint) => void;
  readonly setBytes: (offset: number, bytes: Uint8Array) => void;
  /** Appends a text in UTF-16 behind its length in bytes and returns the offset. */
  readonly appendText: (text: string) => number;
  /** All that was written. */
  readonly bytes: () => Uint8Array;
}

export function byteWriter(): ByteWriter {
  let buffer = Buffer.alloc(16_384);
  let size = 0;
  const reserve = (count: number): number => {
    const offset = (size + 3) & ~3;
    size = offset + count;
    if (size > buffer.length) buffer = Buffer.concat([buffer], size * 2);
    return offset;
  };
  return {
    reserve,
    set8: (offset, value) => buffer.writeUInt8(value, offset),
    set16: (offset, value) => buffer.writeUInt16LE(value, offset),
    set32: (offset, value) => buffer.writeUInt32LE(value >>> 0, offset),
    set64(offset, value) {
      if (typeof value === "bigint") buffer.writeBigUInt64LE(value, offset);
      else {
        buffer.writeUInt32LE(value % 2 ** 32, offset);
        buffer.writeUInt32LE(Math.floor(value / 2 ** 32), offset + 4);
      }
    },
    setBytes: (offset, bytes) => buffer.set(bytes, offset),
    appendText(text) {
      const offset = reserve(4 + 2 * text.length + 2);
      buffer.writeUInt32LE(2 * text.length, offset);
      buffer.write(text, offset + 4, "utf16le");
      return offset;
    },
    bytes: () => buffer.subarray(0, size),
  };
}
