import type { Cpu, Os } from "../minidump-description";

export type ProductName = "Kestrel" | "Heron" | "Wren" | "Osprey Studio";

/** Value of the annotation ProcessType; `parent` is the one that sends none. */
export type ProcessType = "parent" | "content" | "extension" | "gpu" | "rdd" | "socket" | "utility";

/**
 * What goes wrong in the innermost frame:
 * - `read`, `write`: through a null pointer plus an offset; `wild`: of an address that was never valid;
 * - `poison`: of memory that was freed; `exec`: a call through a pointer to no code;
 * - `copy`, `lock`, `free`: in the system's memcpy, mutex and heap, called with bad arguments;
 * - `assert`, `panic`, `abort`: the program ended itself and said why;
 * - `divide`, `illegal`, `disk` (a page could not be read from a failing disk), `overflow` (of the stack);
 * - `oom`: an allocation failed; `hang`: a watchdog gave up waiting for thread 0.
 */
export type Fault =
  | "read"
  | "write"
  | "wild"
  | "poison"
  | "exec"
  | "copy"
  | "lock"
  | "free"
  | "assert"
  | "panic"
  | "abort"
  | "divide"
  | "illegal"
  | "disk"
  | "overflow"
  | "oom"
  | "hang";

/** Where and when a crash happens at all. */
export interface Conditions {
  readonly os?: readonly Os[];
  readonly cpu?: readonly Cpu[];
  readonly channels?: readonly string[];
  /** `new`: only in the newest build of the last days. `fixed`: only in builds before the current version. */
  readonly story?: "new" | "fixed";
}

/** Part of a program with its usual call chain and the crashes that are known in it. */
export interface Component {
  readonly name: string;
  readonly products: readonly ProductName[];
  readonly process: ProcessType;
  /** Key of THREADS. */
  readonly thread: string;
  /** The module that its functions are in. */
  readonly module: string;
  /** Calls, innermost first, in the notation of `parseCalls`. */
  readonly chain: string;
  /** `<fault> <calls of the chain to leave out>[ <what the program says>]`. */
  readonly crashes: readonly string[];
  readonly only?: Conditions;
  /** How often all of its crashes happen together, where 1 is as often as the most frequent ordinary crash. */
  readonly share?: number;
  /** Sent with its crashes. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** For the fault `hang`: what thread 0 waits for. */
  readonly stuck?: string;
}

export const BROWSERS: readonly ProductName[] = ["Kestrel", "Wren"];
export const DESKTOP: readonly ProductName[] = ["Kestrel", "Heron"];
export const EVERYWHERE: readonly ProductName[] = ["Kestrel", "Heron", "Wren"];

/** A component of the engine that the browsers and the mail client share. */
export function talon(
  name: string,
  products: readonly ProductName[],
  [process, thread]: readonly [ProcessType, string],
  rest: Pick<Component, "chain" | "crashes" | "only" | "share" | "annotations" | "stuck">,
): Component {
  return { name, products, process, thread, module: "talon", ...rest };
}
