import { byteWriter, type ByteWriter } from "./byte-writer";
import { CPU_LAYOUTS, writeContext } from "./cpu-context";
import type {
  MemoryAccess,
  MinidumpDescription,
  SystemDescription,
  ThreadDescription,
} from "./minidump-description";
import { writeModules, writeUnloadedModules, type Location } from "./minidump-modules";

const HEADER_BYTES = 32;
const PLATFORMS = { windows: 3, macos: 0x8101, linux: 0x8201, android: 0x8203 } as const;

/** Offset of the last error in a Windows thread environment block, in pointers. */
const LAST_ERROR_POINTERS = 13;

interface MemoryRange extends Location {
  readonly address: number;
}

interface WrittenThread {
  readonly context: number;
  readonly stack: MemoryRange;
}

/**
 * A small but complete minidump of what the description says. Stacks hold nothing but chains of frame pointers
 * and return addresses, which unwind by frame pointers or by the symbols' unwind rules.
 */
export function writeMinidump(description: MinidumpDescription): Uint8Array {
  const writer = byteWriter();
  const streams = new Map<number, Location>();
  const streamCount = 7 + (description.unloadedModules.length > 0 ? 1 : 0);
  writer.reserve(HEADER_BYTES + 12 * streamCount);

  streams.set(7, writeSystemInfo(writer, description.system));
  streams.set(15, writeMiscInfo(writer, description));
  streams.set(4, writeModules(writer, description));
  if (description.unloadedModules.length > 0) streams.set(14, writeUnloadedModules(writer, description));
  const threads = description.threads.map((thread, index) => writeThread(writer, description, thread, index));
  streams.set(3, writeThreadList(writer, description, threads));
  streams.set(24, writeThreadNames(writer, description.threads));
  streams.set(6, writeException(writer, description, threads));
  streams.set(
    5,
    writeMemoryList(writer, [...threads.map(({ stack }) => stack), ...otherMemory(writer, description)]),
  );

  writeHeader(writer, description.time, streams);
  return writer.bytes();
}

function writeHeader(writer: ByteWriter, time: number, streams: ReadonlyMap<number, Location>): void {
  writer.set32(0, 0x504d444d);
  writer.set32(4, 0xa793);
  writer.set32(8, streams.size);
  writer.set32(12, HEADER_BYTES);
  writer.set32(20, time);
  let entry = HEADER_BYTES;
  for (const [type, { offset, bytes }] of streams) {
    writer.set32(entry, type);
    writer.set32(entry + 4, bytes);
    writer.set32(entry + 8, offset);
    entry += 12;
  }
}

function writeSystemInfo(writer: ByteWriter, system: SystemDescription): Location {
  const bytes = 56;
  const offset = writer.reserve(bytes);
  writer.set16(offset, CPU_LAYOUTS[system.cpu].architecture);
  writer.set16(offset + 2, system.cpuFamily);
  writer.set16(offset + 4, (system.cpuModel << 8) | system.cpuStepping);
  writer.set8(offset + 6, system.cpuCount);
  writer.set8(offset + 7, 1);
  system.version.forEach((part, index) => writer.set32(offset + 8 + 4 * index, part));
  writer.set32(offset + 20, PLATFORMS[system.os]);
  writer.set32(offset + 24, writer.appendText(system.build));
  if (system.cpu === "x86") writer.setBytes(offset + 32, Buffer.from(system.cpuVendor));
  return { offset, bytes };
}

function writeMiscInfo(writer: ByteWriter, description: MinidumpDescription): Location {
  const bytes = 24;
  const offset = writer.reserve(bytes);
  const PROCESS_ID_AND_TIMES = 3;
  [bytes, PROCESS_ID_AND_TIMES, description.processId, description.startTime].forEach((value, index) =>
    writer.set32(offset + 4 * index, value),
  );
  return { offset, bytes };
}

function writeThread(
  writer: ByteWriter,
  { system, exception }: MinidumpDescription,
  thread: ThreadDescription,
  index: number,
): WrittenThread {
  const { pointerBytes, returnOffset, ...layout } = CPU_LAYOUTS[system.cpu];
  const setPointer = pointerBytes === 8 ? writer.set64 : writer.set32;
  const bytes = 2 * pointerBytes * thread.frames.length;
  const offset = writer.reserve(bytes);
  thread.frames.slice(1).forEach((caller, callee) => {
    const record = 2 * pointerBytes * callee;
    setPointer(offset + record, thread.stackPointer + record + 2 * pointerBytes);
    setPointer(offset + record + pointerBytes, caller.instruction + returnOffset);
  });
  const registers =
    index === exception.threadIndex
      ? exception.registers
      : new Map([
          [layout.instructionPointer, BigInt(thread.frames[0]?.instruction ?? 0)],
          [layout.stackPointer, BigInt(thread.stackPointer)],
          [layout.framePointer, BigInt(thread.stackPointer)],
        ]);
  const context = writeContext(writer, system.cpu, registers);
  return { context, stack: { address: thread.stackPointer, offset, bytes } };
}

function writeThreadList(
  writer: ByteWriter,
  { system, threads }: MinidumpDescription,
  written: readonly WrittenThread[],
): Location {
  const entryBytes = 48;
  const bytes = 4 + entryBytes * threads.length;
  const offset = writer.reserve(bytes);
  writer.set32(offset, threads.length);
  written.forEach(({ context, stack }, index) => {
    const entry = offset + 4 + entryBytes * index;
    const thread = threads[index];
    if (!thread) return;
    writer.set32(entry, thread.id);
    writer.set64(entry + 16, environmentBlock(thread));
    writer.set64(entry + 24, stack.address);
    writer.set32(entry + 32, stack.bytes);
    writer.set32(entry + 36, stack.offset);
    writer.set32(entry + 40, CPU_LAYOUTS[system.cpu].contextBytes);
    writer.set32(entry + 44, context);
  });
  return { offset, bytes };
}

function environmentBlock(thread: ThreadDescription): number {
  return thread.lastError ? (thread.id % 0x1000) * 0x1000 + 0x7f000000 : 0;
}

function writeThreadNames(writer: ByteWriter, threads: readonly ThreadDescription[]): Location {
  const bytes = 4 + 12 * threads.length;
  const offset = writer.reserve(bytes);
  writer.set32(offset, threads.length);
  threads.forEach((thread, index) => {
    writer.set32(offset + 4 + 12 * index, thread.id);
    writer.set64(offset + 8 + 12 * index, writer.appendText(thread.name));
  });
  return { offset, bytes };
}

function writeException(
  writer: ByteWriter,
  { exception, threads, system }: MinidumpDescription,
  written: readonly WrittenThread[],
): Location {
  const bytes = 168;
  const offset = writer.reserve(bytes);
  writer.set32(offset, threads[exception.threadIndex]?.id ?? 0);
  writer.set32(offset + 8, exception.code);
  writer.set32(offset + 12, exception.flags);
  writer.set64(offset + 24, exception.recordAddress);
  writer.set32(offset + 32, exception.parameters.length);
  exception.parameters.forEach((parameter, index) => writer.set64(offset + 40 + 8 * index, parameter));
  writer.set32(offset + 160, CPU_LAYOUTS[system.cpu].contextBytes);
  writer.set32(offset + 164, written[exception.threadIndex]?.context ?? 0);
  return { offset, bytes };
}

function writeMemoryList(writer: ByteWriter, ranges: readonly MemoryRange[]): Location {
  const bytes = 4 + 16 * ranges.length;
  const offset = writer.reserve(bytes);
  writer.set32(offset, ranges.length);
  ranges.forEach((range, index) => {
    const entry = offset + 4 + 16 * index;
    writer.set64(entry, range.address);
    writer.set32(entry + 8, range.bytes);
    writer.set32(entry + 12, range.offset);
  });
  return { offset, bytes };
}

/** The last error of the crashing thread and the instruction that failed. */
function otherMemory(writer: ByteWriter, { exception, threads, system }: MinidumpDescription): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  const thread = threads[exception.threadIndex];
  if (thread?.lastError) {
    const offset = writer.reserve(4);
    writer.set32(offset, thread.lastError.code);
    const place = LAST_ERROR_POINTERS * CPU_LAYOUTS[system.cpu].pointerBytes;
    ranges.push({ address: environmentBlock(thread) + place, offset, bytes: 4 });
  }
  if (thread?.frames[0] && exception.access && system.cpu === "amd64") {
    const instruction = encodeAccess(exception.access);
    const offset = writer.reserve(instruction.length);
    writer.setBytes(offset, instruction);
    ranges.push({ address: thread.frames[0].instruction, offset, bytes: instruction.length });
  }
  return ranges;
}

/** `mov rax, [rcx + offset]` or `mov [rcx + offset], rax`, and no-ops to fill what a disassembler looks at. */
function encodeAccess({ kind, offset }: MemoryAccess): Uint8Array {
  const NOP = 0x90;
  return Uint8Array.of(0x48, kind === "read" ? 0x8b : 0x89, 0x41, offset, ...Array<number>(11).fill(NOP));
}
