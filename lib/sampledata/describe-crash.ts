import { addressSpace, type AddressSpace } from "./address-space";
import type { Build } from "./builds";
import type { Call } from "./call-notation";
import type { Fault } from "./catalogue/component";
import type { NativeCause } from "./catalogue/root-causes";
import { describeException } from "./describe-exception";
import type { Machine } from "./machines";
import type {
  FrameDescription,
  MinidumpDescription,
  ThreadDescription,
  WindowsError,
} from "./minidump-description";
import type { Platform } from "./native-modules";
import { threadsAtCrash, threadsOfOnlooker, type ProcessThreads } from "./process-threads";
import type { Product } from "./products";
import type { Random } from "./random";
import { placeOf } from "./symbol-layout";

/** One crash in native code. */
export interface NativeCrash {
  readonly cause: NativeCause;
  readonly product: Product;
  readonly platform: Platform;
  readonly build: Build;
  readonly machine: Machine;
  /** Epoch seconds of the crash. */
  readonly time: number;
  /** Epoch seconds. */
  readonly startTime: number;
}

/** Names in the call notation for code that belongs to no module. */
const NO_MODULES: ReadonlySet<string> = new Set(["jit", "unloaded"]);

const LAST_ERRORS: readonly (WindowsError & { readonly share: number })[] = [
  { share: 80, code: 0, name: "ERROR_SUCCESS" },
  { share: 8, code: 2, name: "ERROR_FILE_NOT_FOUND" },
  { share: 5, code: 997, name: "ERROR_IO_PENDING" },
  { share: 7, code: 122, name: "ERROR_INSUFFICIENT_BUFFER" },
];
const MEMORY_ERRORS: readonly WindowsError[] = [
  { code: 8, name: "ERROR_NOT_ENOUGH_MEMORY" },
  { code: 1455, name: "ERROR_COMMITMENT_LIMIT" },
];

/** What the minidump of the process that crashed says. */
export function describeCrash(crash: NativeCrash, chance: Random): MinidumpDescription {
  const { cause, product, platform } = crash;
  return describeProcess(
    crash,
    threadsAtCrash(cause, product.name, platform.os, chance),
    cause.fault,
    chance,
  );
}

/** What a minidump of the crashed process's parent says, taken at the same time. */
export function describeOnlooker(crash: NativeCrash, chance: Random): MinidumpDescription {
  return describeProcess(
    crash,
    threadsOfOnlooker(crash.product.name, crash.platform.os, chance),
    "hang",
    chance,
  );
}

function describeProcess(
  { cause, product, platform, build, machine, time, startTime }: NativeCrash,
  { threads, crashing }: ProcessThreads,
  fault: Fault,
  chance: Random,
): MinidumpDescription {
  const space = addressSpace(
    {
      product: product.name,
      platform,
      version: [build.major, 0, 0, Math.floor(build.builtAt / 86_400_000) % 10_000],
      systemVersion: machine.system.version,
      builtAt: Math.floor(build.builtAt / 1_000),
      onStacks: new Set(threads.flatMap(({ calls }) => calls.map(({ module }) => module))),
    },
    chance,
  );
  const processId = chance.integer(1_000, 20_000) * 4;
  const described = threads.map(({ name, calls }, index): ThreadDescription => ({
    id: processId + 12 + 4 * index,
    name,
    stackPointer: space.stackPointer(index),
    lastError: platform.os === "windows" && index === crashing ? lastError(fault, chance) : null,
    frames: calls.map((call, depth) => describeFrame(space, call, [cause.name, name, depth])),
  }));
  return {
    time,
    processId,
    startTime,
    system: machine.system,
    modules: space.modules,
    unloadedModules: space.unloadedModules,
    threads: described,
    exception: describeException({ fault, platform, threads: described, threadIndex: crashing }, chance),
  };
}

function describeFrame(space: AddressSpace, call: Call, key: readonly (string | number)[]): FrameDescription {
  const module = NO_MODULES.has(call.module) ? undefined : space.byName.get(call.module);
  if (!module?.hasSymbols) {
    return {
      instruction: space.anonymousAddress(call.module, key.join(" ")),
      module: module ?? null,
      call: null,
    };
  }
  const { offset, symbolized } = placeOf(call);
  return { instruction: module.base + offset, module, call: symbolized };
}

function lastError(fault: Fault, chance: Random): WindowsError {
  return fault === "oom" ? chance.pick(MEMORY_ERRORS) : chance.pickByShare(LAST_ERRORS);
}
