import type { Call } from "./call-notation";
import type { ProductName } from "./catalogue/component";
import type { NativeCause } from "./catalogue/root-causes";
import { crashingCalls, idleThreads, stuckCalls, waitingMain, type NamedCalls } from "./cause-calls";
import type { Os } from "./minidump-description";
import type { Random } from "./random";

/** What every thread of a process was doing, thread 0 first. */
export interface ProcessThreads {
  readonly threads: readonly NamedCalls[];
  /** Index of the thread that the report is about. */
  readonly crashing: number;
}

/** A call through a pointer to no code leaves its target on the stack. */
const NOWHERE: Call = { module: "jit", function: "", file: null, line: null, inlines: [] };

/** The threads of a process at its crash: the crashing one, thread 0 and some that wait. */
export function threadsAtCrash(
  cause: NativeCause,
  product: ProductName,
  os: Os,
  chance: Random,
): ProcessThreads {
  const main = waitingMain(product, cause.process, os);
  const own: NamedCalls = { name: cause.threadName, calls: faultingCalls(cause, product, os, chance) };
  const idle = someIdle(product, os, own.name, chance);
  if (own.name === main.name) return { threads: [own, ...idle], crashing: 0 };
  const first = { name: main.name, calls: stuckCalls(cause, product, os) ?? main.calls };
  const crashing = chance.integer(1, idle.length + 1);
  return { threads: [first, ...idle.slice(0, crashing - 1), own, ...idle.slice(crashing - 1)], crashing };
}

/** The threads of a parent process that reports another process and is well itself. */
export function threadsOfOnlooker(product: ProductName, os: Os, chance: Random): ProcessThreads {
  const main = waitingMain(product, "parent", os);
  return { threads: [main, ...someIdle(product, os, main.name, chance)], crashing: 0 };
}

function faultingCalls(cause: NativeCause, product: ProductName, os: Os, chance: Random): readonly Call[] {
  const calls = crashingCalls(cause, product, os);
  if (cause.recursive > 0) {
    const cycle = calls.slice(0, cause.recursive);
    const rounds = chance.integer(60, 320);
    return [...Array.from({ length: rounds }, () => cycle).flat(), ...calls];
  }
  return cause.fault === "exec" && calls[0]?.module !== "unloaded" ? [NOWHERE, ...calls] : calls;
}

function someIdle(product: ProductName, os: Os, except: string, chance: Random): NamedCalls[] {
  return idleThreads(product, os).filter(({ name }) => name !== except && chance.chance(0.5));
}
