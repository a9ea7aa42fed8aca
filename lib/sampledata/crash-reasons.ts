import type { Fault } from "./catalogue/component";
import type { Os } from "./minidump-description";
import type { Platform } from "./native-modules";

/** An exception as an operating system reports it. */
export interface CrashReason {
  readonly code: number;
  readonly flags: number;
  /** The stackwalker's words. */
  readonly text: string;
  /** Which address the report is about: the instruction, the memory, or none (zero or all ones). */
  readonly about: "instruction" | "memory" | "nothing";
}

const reason = (code: number, flags: number, text: string, about: CrashReason["about"]): CrashReason => ({
  code,
  flags,
  text,
  about,
});

type Reasons = Readonly<Record<Fault, CrashReason>>;

const windowsRead = reason(0xc0000005, 0, "EXCEPTION_ACCESS_VIOLATION_READ", "memory");
const windowsBreak = reason(0x80000003, 0, "EXCEPTION_BREAKPOINT", "instruction");

const windows: Reasons = {
  read: windowsRead,
  wild: windowsRead,
  poison: windowsRead,
  copy: windowsRead,
  lock: windowsRead,
  write: reason(0xc0000005, 0, "EXCEPTION_ACCESS_VIOLATION_WRITE", "memory"),
  exec: reason(0xc0000005, 0, "EXCEPTION_ACCESS_VIOLATION_EXEC", "memory"),
  free: reason(0xc0000374, 1, "STATUS_HEAP_CORRUPTION", "instruction"),
  assert: windowsBreak,
  panic: windowsBreak,
  oom: windowsBreak,
  hang: windowsBreak,
  abort: reason(0xc0000409, 1, "EXCEPTION_STACK_BUFFER_OVERRUN / FAST_FAIL_FATAL_APP_EXIT", "instruction"),
  divide: reason(0xc0000094, 0, "EXCEPTION_INT_DIVIDE_BY_ZERO", "instruction"),
  illegal: reason(0xc000001d, 0, "EXCEPTION_ILLEGAL_INSTRUCTION", "instruction"),
  disk: reason(0xc0000006, 0, "EXCEPTION_IN_PAGE_ERROR_READ / STATUS_DEVICE_DATA_ERROR", "memory"),
  overflow: reason(0xc00000fd, 0, "EXCEPTION_STACK_OVERFLOW", "instruction"),
};

const linuxMemory = reason(11, 1, "SIGSEGV / SEGV_MAPERR", "memory");
const linuxNonCanonical = reason(11, 0x80, "SIGSEGV / SI_KERNEL", "nothing");
const linuxCrash = reason(11, 1, "SIGSEGV / SEGV_MAPERR", "nothing");
const linuxAbort = reason(6, 0xfffffffa, "SIGABRT / SI_TKILL", "nothing");

const linux: Reasons = {
  read: linuxMemory,
  wild: linuxMemory,
  poison: linuxNonCanonical,
  lock: linuxNonCanonical,
  copy: linuxMemory,
  write: linuxMemory,
  exec: linuxMemory,
  free: linuxAbort,
  assert: linuxCrash,
  panic: linuxCrash,
  oom: linuxCrash,
  hang: reason(5, 0x80, "SIGTRAP / SI_KERNEL", "nothing"),
  abort: linuxAbort,
  divide: reason(8, 1, "SIGFPE / FPE_INTDIV", "instruction"),
  illegal: reason(4, 2, "SIGILL / ILL_ILLOPN", "instruction"),
  disk: reason(7, 2, "SIGBUS / BUS_ADRERR", "memory"),
  overflow: reason(11, 2, "SIGSEGV / SEGV_ACCERR", "memory"),
};

const macMemory = reason(1, 1, "EXC_BAD_ACCESS / KERN_INVALID_ADDRESS", "memory");
const macCrash = reason(1, 1, "EXC_BAD_ACCESS / KERN_INVALID_ADDRESS", "nothing");
const macAbort = reason(5, 0x10002, "EXC_SOFTWARE / SIGABRT", "instruction");

const macos: Reasons = {
  read: macMemory,
  wild: macMemory,
  poison: macMemory,
  copy: macMemory,
  lock: macMemory,
  write: macMemory,
  exec: macMemory,
  free: macAbort,
  assert: macCrash,
  panic: macCrash,
  oom: macCrash,
  hang: reason(6, 2, "EXC_BREAKPOINT / EXC_I386_BPT", "instruction"),
  abort: macAbort,
  divide: reason(3, 1, "EXC_ARITHMETIC / EXC_I386_DIV", "instruction"),
  illegal: reason(2, 1, "EXC_BAD_INSTRUCTION / EXC_I386_INVOP", "instruction"),
  disk: reason(1, 10, "EXC_BAD_ACCESS / KERN_MEMORY_ERROR", "memory"),
  overflow: reason(1, 2, "EXC_BAD_ACCESS / KERN_PROTECTION_FAILURE", "memory"),
};

const macNonCanonical = reason(1, 13, "EXC_BAD_ACCESS / EXC_I386_GPFLT", "nothing");

const BY_OS: Readonly<Record<Os, Reasons>> = { windows, linux, android: linux, macos };

/** Where a kind of CPU has its own codes. */
const BY_CPU: Partial<Readonly<Record<`${Os} ${Platform["cpu"]}`, Partial<Reasons>>>> = {
  "macos amd64": { poison: macNonCanonical, lock: macNonCanonical },
  "macos arm64": {
    hang: reason(6, 1, "EXC_BREAKPOINT / EXC_ARM_BREAKPOINT", "instruction"),
    illegal: reason(2, 1, "EXC_BAD_INSTRUCTION / EXC_ARM_UNDEFINED", "instruction"),
    divide: reason(6, 1, "EXC_BREAKPOINT / EXC_ARM_BREAKPOINT", "instruction"),
  },
  "android arm64": {
    poison: linuxMemory,
    lock: linuxMemory,
    divide: reason(5, 1, "SIGTRAP / TRAP_BRKPT", "instruction"),
  },
};

/** How a platform reports a fault. */
export function crashReason(fault: Fault, { os, cpu }: Platform): CrashReason {
  return BY_CPU[`${os} ${cpu}`]?.[fault] ?? BY_OS[os][fault];
}
