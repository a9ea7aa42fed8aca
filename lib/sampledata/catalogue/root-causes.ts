import { hash } from "../random";
import type { Component, Conditions, Fault, ProcessType, ProductName } from "./component";
import { JAVA_CRASHES, type JavaCrash } from "./java-crashes";
import { HERON_COMPONENTS, OSPREY_COMPONENTS } from "./other-components";
import { HANG_COMPONENTS, RESOURCE_COMPONENTS, STORY_COMPONENTS } from "./special-components";
import { panicCalls } from "./system-calls";
import { TALON_COMPONENTS } from "./talon-components";
import { TALON_MEDIA_COMPONENTS } from "./talon-media-components";
import { THREADS } from "./threads";

interface Cause {
  readonly name: string;
  readonly products: readonly ProductName[];
  readonly conditions: Conditions;
  /** Its part of all crashes, in proportion to the shares of the other causes that are possible. */
  readonly share: number;
}

/** A mistake in native code; each of its crashes has the same stack. */
export interface NativeCause extends Cause {
  readonly kind: "native";
  readonly process: ProcessType;
  readonly fault: Fault;
  /** What the program says when it ends itself; which allocations fail for `oom`. */
  readonly message: string;
  readonly module: string;
  readonly threadName: string;
  /** The crashing thread's calls, in notation. */
  readonly calls: string;
  /** How many of the innermost calls repeat without end. */
  readonly recursive: number;
  /** Thread 0's calls when another thread reports that it hangs. */
  readonly stuckCalls: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An exception in Java code. There is no minidump. */
export interface JavaCause extends Cause {
  readonly kind: "java";
  readonly crash: JavaCrash;
}

export type RootCause = NativeCause | JavaCause;

/** System calls that the crash happens in, by fault. */
const INNERMOST: Partial<Readonly<Record<Fault, string>>> = {
  copy: "%copy",
  lock: "%lock",
  free: "%free",
  abort: "%abort",
};

const special = [...HANG_COMPONENTS, ...RESOURCE_COMPONENTS, ...STORY_COMPONENTS];
const ordinary = [...TALON_COMPONENTS, ...TALON_MEDIA_COMPONENTS, ...HERON_COMPONENTS, ...OSPREY_COMPONENTS];

/** Everything that goes wrong in sample data. Ordinary causes follow Zipf's law in an order that looks random. */
export const ROOT_CAUSES: readonly RootCause[] = [
  ...ordinary
    .flatMap(nativeCauses)
    .sort((one, other) => hash(one.name) - hash(other.name))
    .map((cause, index) => ({ ...cause, share: 1.6 / (index + 1) ** 0.95 })),
  ...special.flatMap(nativeCauses),
  ...JAVA_CRASHES.map(javaCause),
];

function nativeCauses(component: Component): NativeCause[] {
  return component.crashes.map((crash, index) => {
    const [, fault = "", depth = "0", message = ""] = /^(\w+) (\d)(?: (.*))?$/.exec(crash) ?? [];
    const thread = threadFrames(component.thread);
    const chain = callGroups(component.chain).slice(Number(depth));
    return {
      kind: "native",
      name: `${component.name}-${index}`,
      products: component.products,
      process: component.process,
      conditions: component.only ?? {},
      share: (component.share ?? 1) / component.crashes.length,
      // The catalogue's tests walk all of it, so a slip in a fault's name cannot stay.
      fault: fault as Fault,
      message,
      module: component.module,
      threadName: thread.thread,
      calls: [innermost(fault as Fault, message), ...chain, thread.calls].join("\n"),
      recursive: fault === "overflow" ? Math.min(2, chain.length) : 0,
      stuckCalls: component.stuck ? `${component.stuck}\n${threadFrames("shutdown").calls}` : null,
      annotations: component.annotations ?? {},
    };
  });
}

function javaCause(crash: JavaCrash, index: number): JavaCause {
  return {
    kind: "java",
    name: `java-${index}`,
    products: ["Wren"],
    conditions: crash.only ?? {},
    share: 1.5 / (index + 1) ** 0.9,
    crash,
  };
}

function innermost(fault: Fault, message: string): string {
  return fault === "panic" ? panicCalls(message) : (INNERMOST[fault] ?? "");
}

/** A call with the lines of what is inlined into it, for each call. */
function callGroups(chain: string): string[] {
  const lines = chain.split("\n").map((line) => line.trim());
  return lines.join("\n").match(/(?:\^.*\n)*[^^\n].*/g) ?? [];
}

function threadFrames(name: string): { readonly thread: string; readonly calls: string } {
  const frames = THREADS[name];
  if (!frames)
    throw new Error(`The catalogue of sample crashes names the thread "${name}", which is not listed.`);
  return frames;
}
