import { parseCalls, type Call } from "./call-notation";
import type { ProcessType, ProductName } from "./catalogue/component";
import { ROOT_CAUSES, type NativeCause } from "./catalogue/root-causes";
import { expandSystemCalls } from "./catalogue/system-calls";
import { IDLE_THREADS, THREADS } from "./catalogue/threads";
import type { Os } from "./minidump-description";
import { nativeModule } from "./native-modules";

/** A thread's name and its calls, innermost first. */
export interface NamedCalls {
  readonly name: string;
  readonly calls: readonly Call[];
}

/** The module of each product's program. */
const PROGRAMS: Readonly<Record<ProductName, string>> = {
  Kestrel: "kestrel",
  Heron: "heron",
  Wren: "wren",
  "Osprey Studio": "osprey",
};

const parsed = new Map<string, readonly Call[]>();

/** The crashing thread's calls; a recursion is in it once. */
export function crashingCalls(cause: NativeCause, product: ProductName, os: Os): readonly Call[] {
  return callsFor(cause.calls, cause.module, product, os);
}

/** What thread 0 does while another thread reports that it hangs, or null when nothing hangs. */
export function stuckCalls(cause: NativeCause, product: ProductName, os: Os): readonly Call[] | null {
  return cause.stuckCalls === null ? null : callsFor(cause.stuckCalls, cause.module, product, os);
}

/** The threads of a product that only wait. */
export function idleThreads(product: ProductName, os: Os): readonly NamedCalls[] {
  const module = product === "Osprey Studio" ? "ospreycore" : "talon";
  return (IDLE_THREADS[module] ?? []).map(({ thread, calls }) => ({
    name: thread,
    calls: callsFor(calls, module, product, os),
  }));
}

/** Thread 0 of a process that waits for events. */
export function waitingMain(product: ProductName, process: ProcessType, os: Os): NamedCalls {
  const studio = product === "Osprey Studio";
  const main = THREADS[studio ? "editor" : process === "parent" ? "parent" : "child"];
  const calls = callsFor(`%poll\n${main?.calls ?? ""}`, studio ? "ospreycore" : "talon", product, os);
  return { name: main?.thread ?? "", calls };
}

/** Every call that can be on a stack, many of them more than once. */
export function* everyCall(): Generator<Call> {
  for (const product of Object.keys(PROGRAMS) as ProductName[]) {
    for (const os of Object.keys(nativeModule(PROGRAMS[product]).files) as Os[]) yield* callsOn(product, os);
  }
}

function* callsOn(product: ProductName, os: Os): Generator<Call> {
  for (const thread of idleThreads(product, os)) yield* thread.calls;
  for (const process of ["parent", "content"] as const) yield* waitingMain(product, process, os).calls;
  for (const cause of ROOT_CAUSES) {
    if (cause.kind === "java" || !cause.products.includes(product)) continue;
    yield* crashingCalls(cause, product, os);
    yield* stuckCalls(cause, product, os) ?? [];
  }
}

function callsFor(notation: string, module: string, product: ProductName, os: Os): readonly Call[] {
  const key = `${product} ${os} ${notation}`;
  const known = parsed.get(key);
  if (known) return known;
  const calls = parseCalls(expandSystemCalls(notation, os, PROGRAMS[product]), module);
  parsed.set(key, calls);
  return calls;
}
