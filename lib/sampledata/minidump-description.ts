import type { Call } from "./call-notation";

/** Operating systems that sample dumps come from. */
export type Os = "windows" | "macos" | "linux" | "android";

export type Cpu = "amd64" | "x86" | "arm64";

/** What a minidump says, and what a stackwalker with the right symbols makes of it. */
export interface MinidumpDescription {
  /** Epoch seconds. */
  readonly time: number;
  readonly processId: number;
  /** Epoch seconds. */
  readonly startTime: number;
  readonly system: SystemDescription;
  /** The first one is the program itself. */
  readonly modules: readonly LoadedModule[];
  readonly unloadedModules: readonly UnloadedModule[];
  readonly threads: readonly ThreadDescription[];
  readonly exception: ExceptionDescription;
}

export interface SystemDescription {
  readonly os: Os;
  readonly cpu: Cpu;
  readonly version: readonly [major: number, minor: number, build: number];
  /** Service pack on Windows, build on macOS, `uname -srvm` on Linux and Android; may be empty. */
  readonly build: string;
  readonly cpuCount: number;
  /** CPUID vendor, 12 characters; only dumps of x86 carry it. */
  readonly cpuVendor: string;
  readonly cpuFamily: number;
  readonly cpuModel: number;
  readonly cpuStepping: number;
}

export interface LoadedModule {
  readonly path: string;
  readonly version: readonly [number, number, number, number] | null;
  readonly base: number;
  readonly size: number;
  /** Epoch seconds, from the header of the file; part of the code id on Windows. */
  readonly timestamp: number;
  readonly debugFile: string;
  /** 32 upper-case hexadecimal digits. */
  readonly debugGuid: string;
  /** Follows the guid in the debug id; 0 but on Windows. */
  readonly debugAge: number;
  /** Whether the symbol store has a file for it. */
  readonly hasSymbols: boolean;
}

export interface UnloadedModule {
  readonly path: string;
  readonly base: number;
  readonly size: number;
  readonly timestamp: number;
}

export interface ThreadDescription {
  readonly id: number;
  readonly name: string;
  /** The lowest address of the stack that the dump holds. */
  readonly stackPointer: number;
  /** What GetLastError would return; null but on the crashing thread on Windows. */
  readonly lastError: WindowsError | null;
  /** Innermost first. */
  readonly frames: readonly FrameDescription[];
}

export interface WindowsError {
  readonly code: number;
  readonly name: string;
}

export interface FrameDescription {
  /** Address of the instruction that runs or calls. */
  readonly instruction: number;
  /** Null for code that was made at run time. */
  readonly module: LoadedModule | null;
  /** Null when no symbols tell what it is. */
  readonly call: SymbolizedCall | null;
}

export interface SymbolizedCall {
  readonly call: Call;
  /** From the start of the function to the instruction. */
  readonly functionOffset: number;
}

export interface ExceptionDescription {
  readonly threadIndex: number;
  readonly code: number;
  readonly flags: number;
  readonly parameters: readonly bigint[];
  /** What the exception record says. */
  readonly recordAddress: bigint;
  /** The stackwalker's words for code, flags and parameters. */
  readonly reason: string;
  /** The address that the stackwalker takes for the cause. */
  readonly address: bigint;
  /** General registers of the crashing thread, by their names in the stackwalker's output. */
  readonly registers: ReadonlyMap<string, bigint>;
  /** The access that failed; the dump then holds an instruction that makes it (amd64 only). */
  readonly access: MemoryAccess | null;
}

/** Eight bytes at a register plus a small offset. */
export interface MemoryAccess {
  readonly kind: "read" | "write";
  readonly base: bigint;
  /** 1 to 127. */
  readonly offset: number;
}
