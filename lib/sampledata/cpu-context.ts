import type { ByteWriter } from "./byte-writer";
import type { Cpu } from "./minidump-description";

/** How a CPU lays out its frames and registers in a minidump. */
export interface CpuLayout {
  readonly pointerBytes: 4 | 8;
  /** `processor_architecture` of the system info stream. */
  readonly architecture: number;
  readonly instructionPointer: string;
  readonly stackPointer: string;
  readonly framePointer: string;
  /** From the calling instruction's address, as a stackwalker reports it, to the return address. */
  readonly returnOffset: number;
  /** Rules for Breakpad's STACK CFI records: each frame begins with the caller's frame pointer and the return address. */
  readonly unwindRules: string;
  /** Name in Breakpad's MODULE record. */
  readonly symbolName: string;
  /** General registers by the stackwalker's names, with their offsets in the context record. */
  readonly registers: ReadonlyMap<string, number>;
  readonly contextBytes: number;
  readonly flags: { readonly offset: number; readonly value: number };
}

const amd64Names = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15 rip".split(" ");
const x86Offsets: readonly [string, number][] = [
  ["edi", 0x9c],
  ["esi", 0xa0],
  ["ebx", 0xa4],
  ["edx", 0xa8],
  ["ecx", 0xac],
  ["eax", 0xb0],
  ["ebp", 0xb4],
  ["eip", 0xb8],
  ["eflags", 0xc0],
  ["esp", 0xc4],
];
const arm64Names = [...Array.from({ length: 29 }, (_, index) => `x${index}`), "fp", "lr", "sp", "pc"];

export const CPU_LAYOUTS: Readonly<Record<Cpu, CpuLayout>> = {
  amd64: {
    pointerBytes: 8,
    architecture: 9,
    instructionPointer: "rip",
    stackPointer: "rsp",
    framePointer: "rbp",
    returnOffset: 1,
    unwindRules: ".cfa: $rbp 16 + .ra: .cfa 8 - ^ $rbp: .cfa 16 - ^",
    symbolName: "x86_64",
    registers: new Map(amd64Names.map((name, index) => [name, 0x78 + 8 * index])),
    contextBytes: 1232,
    flags: { offset: 0x30, value: 0x10000b },
  },
  x86: {
    pointerBytes: 4,
    architecture: 0,
    instructionPointer: "eip",
    stackPointer: "esp",
    framePointer: "ebp",
    returnOffset: 1,
    unwindRules: ".cfa: $ebp 8 + .ra: .cfa 4 - ^ $ebp: .cfa 8 - ^",
    symbolName: "x86",
    registers: new Map(x86Offsets),
    contextBytes: 716,
    flags: { offset: 0, value: 0x10007 },
  },
  arm64: {
    pointerBytes: 8,
    architecture: 12,
    instructionPointer: "pc",
    stackPointer: "sp",
    framePointer: "fp",
    returnOffset: 4,
    unwindRules: ".cfa: x29 16 + .ra: .cfa 8 - ^ x29: .cfa 16 - ^",
    symbolName: "arm64",
    registers: new Map(arm64Names.map((name, index) => [name, 8 + 8 * index])),
    contextBytes: 912,
    flags: { offset: 0, value: 0x400003 },
  },
};

/** Appends a context record with the given registers, all others zero, and returns its offset. */
export function writeContext(writer: ByteWriter, cpu: Cpu, registers: ReadonlyMap<string, bigint>): number {
  const layout = CPU_LAYOUTS[cpu];
  const offset = writer.reserve(layout.contextBytes);
  writer.set32(offset + layout.flags.offset, layout.flags.value);
  for (const [name, place] of layout.registers) {
    const value = registers.get(name) ?? 0n;
    if (layout.pointerBytes === 8) writer.set64(offset + place, value);
    else writer.set32(offset + place, Number(value));
  }
  return offset;
}
