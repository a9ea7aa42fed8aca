import type { Fault } from "./catalogue/component";
import { CPU_LAYOUTS } from "./cpu-context";
import { crashReason } from "./crash-reasons";
import type { ExceptionDescription, MemoryAccess, ThreadDescription } from "./minidump-description";
import type { Platform } from "./native-modules";
import type { Random } from "./random";

/** What the allocator fills freed memory with. */
const POISON = 0xe5e5e5e5e5e5e5e5n;
const ALL_ONES = 0xffffffffffffffffn;

const PARAMETER_KINDS: Partial<Readonly<Record<Fault, bigint>>> = { write: 1n, exec: 8n };
const STATUS_DEVICE_DATA_ERROR = 0xc000009cn;
const FAST_FAIL_FATAL_APP_EXIT = 7n;

/** The faults in which an instruction reads or writes memory that it must not. */
const ACCESSES: ReadonlySet<Fault> = new Set(["read", "write", "wild", "poison", "copy", "lock", "disk"]);

interface Faulting {
  readonly fault: Fault;
  readonly platform: Platform;
  readonly threads: readonly ThreadDescription[];
  readonly threadIndex: number;
}

/** The exception that a platform raises for a fault in the innermost frame of a thread. */
export function describeException(faulting: Faulting, chance: Random): ExceptionDescription {
  const { fault, platform, threads, threadIndex } = faulting;
  const reason = crashReason(fault, platform);
  const thread = threads[threadIndex];
  const instruction = BigInt(thread?.frames[0]?.instruction ?? 0);
  const access = ACCESSES.has(fault) ? pickAccess(fault, platform, chance) : null;
  const address = {
    instruction,
    memory: accessedAddress(faulting, access, instruction),
    nothing: 0n,
  }[reason.about];
  return {
    threadIndex,
    code: reason.code,
    flags: reason.flags,
    reason: reason.text,
    address,
    recordAddress: platform.os === "windows" ? instruction : address,
    parameters: platform.os === "windows" ? parameters(fault, address) : [],
    registers: registers(platform, thread, access, chance),
    access: platform.cpu === "amd64" ? access : null,
  };
}

function pickAccess(fault: Fault, { cpu }: Platform, chance: Random): MemoryAccess {
  const offset = chance.integer(1, 15) * 8;
  const kind = fault === "write" ? "write" : "read";
  if (fault === "read" || fault === "write") return { kind, base: 0n, offset };
  const poison = cpu === "x86" ? POISON & 0xffffffffn : POISON;
  if (fault === "poison" || fault === "lock") return { kind, base: poison, offset };
  const top = cpu === "x86" ? 0x7fff : 0x7fff_ffff;
  return { kind, base: BigInt(chance.integer(0x100, top)) * 0x1_0008n, offset };
}

/** What the platform calls the failed address. */
function accessedAddress(
  { fault, platform, threads, threadIndex }: Faulting,
  access: MemoryAccess | null,
  instruction: bigint,
): bigint {
  if (fault === "exec") return instruction;
  if (!access) return BigInt(threads[threadIndex]?.stackPointer ?? 0) - 8n;
  const address = access.base + BigInt(access.offset);
  // The processor does not tell which address it was when the address cannot exist.
  return platform.cpu === "amd64" && access.base === POISON ? ALL_ONES : address;
}

function parameters(fault: Fault, address: bigint): bigint[] {
  if (fault === "abort") return [FAST_FAIL_FATAL_APP_EXIT];
  if (fault === "disk") return [0n, address, STATUS_DEVICE_DATA_ERROR];
  return ACCESSES.has(fault) || fault === "exec" ? [PARAMETER_KINDS[fault] ?? 0n, address] : [];
}

/** Small numbers and addresses near the stack; the ones that unwinding and the failed access need are exact. */
function registers(
  { cpu }: Platform,
  thread: ThreadDescription | undefined,
  access: MemoryAccess | null,
  chance: Random,
): ReadonlyMap<string, bigint> {
  const layout = CPU_LAYOUTS[cpu];
  const stack = BigInt(thread?.stackPointer ?? 0);
  const [instruction = 0, caller = 0] = thread?.frames.map((frame) => frame.instruction) ?? [];
  const exact = new Map([
    [layout.instructionPointer, BigInt(instruction)],
    [layout.stackPointer, stack],
    [layout.framePointer, stack],
    ["eflags", 0x10246n],
    ["lr", BigInt(caller + layout.returnOffset)],
  ]);
  if (access && cpu === "amd64") exact.set("rcx", access.base);
  const plausible = (): bigint =>
    chance.chance(0.4) ? BigInt(chance.integer(0, 4096)) : stack + BigInt(chance.integer(0, 255) * 16);
  return new Map([...layout.registers.keys()].map((name) => [name, exact.get(name) ?? plausible()]));
}
