import type { Json, JsonObject } from "#lib/core/json";
import { CPU_LAYOUTS } from "./cpu-context";
import { guidBytes } from "./minidump-modules";
import type {
  Cpu,
  ExceptionDescription,
  FrameDescription,
  LoadedModule,
  MinidumpDescription,
  SystemDescription,
  SymbolizedCall,
  ThreadDescription,
  UnloadedModule,
} from "./minidump-description";

const OS_NAMES = { windows: "Windows NT", macos: "Mac OS X", linux: "Linux", android: "Android" } as const;

/** What the stackwalker takes from the annotations beside a dump: its option `--evil-json`. */
export interface AnnotatedFacts {
  /** Hexadecimal with `0x`. */
  readonly microcode: string | null;
  /** File name of a module to the subject of its certificate. */
  readonly signers: ReadonlyMap<string, string>;
}

/**
 * What minidump-stackwalk says about the minidump of this description when it has the sample symbols, without
 * running it. Only the guesses about flipped bits are left out.
 */
export function jsonDumpOf(description: MinidumpDescription, annotated: AnnotatedFacts): JsonObject {
  const { threads, exception, system } = description;
  const hex = hexOf(system.cpu);
  const threadDocuments = threads.map((thread) => threadOf(thread, description.unloadedModules, hex));
  const crashing = threadDocuments[exception.threadIndex];
  return {
    status: "OK",
    system_info: { ...systemOf(system), cpu_microcode_version: annotated.microcode },
    crash_info: crashOf(exception, hex),
    lsb_release: null,
    mac_crash_info: null,
    mac_boot_args: null,
    proc_limits: null,
    soft_errors: null,
    linux_memory_map_count: null,
    main_module: 0,
    modules_contains_cert_info: annotated.signers.size > 0,
    modules: modulesOf(description, annotated, hex),
    pid: description.processId,
    process_uptime: description.time - description.startTime,
    thread_count: threads.length,
    threads: threadDocuments,
    unloaded_modules: description.unloadedModules.map(({ path, base, size, timestamp }) => ({
      base_addr: hex(base),
      end_addr: hex(base + size),
      code_id: windowsCodeId(timestamp, size),
      filename: path,
      cert_subject: null,
    })),
    handles: null,
    ...(crashing ? { crashing_thread: crashingThread(crashing, exception, hex) } : {}),
  };
}

type ThreadDocument = JsonObject & { readonly frames: readonly JsonObject[] };

type Hex = (address: number | bigint) => string;

function hexOf(cpu: Cpu): Hex {
  const digits = 2 * CPU_LAYOUTS[cpu].pointerBytes;
  return (address) => `0x${address.toString(16).padStart(digits, "0")}`;
}

function systemOf(system: SystemDescription): JsonObject {
  const { cpu, cpuFamily, cpuModel, cpuStepping, cpuVendor } = system;
  const words = `family ${cpuFamily} model ${cpuModel} stepping ${cpuStepping}`;
  return {
    os: OS_NAMES[system.os],
    os_ver: osVersion(system),
    cpu_arch: cpu,
    cpu_info: cpu === "arm64" ? null : cpu === "x86" ? `${cpuVendor} ${words}` : words,
    cpu_count: system.cpuCount,
  };
}

/** Linux dumps carry no version but the text of `uname`, of which the name and the processor are cut off. */
function osVersion({ os, version, build }: SystemDescription): string {
  const text = os === "linux" ? build.split(" ").slice(1, -1).join(" ") : `${version.join(".")} ${build}`;
  return text.trim();
}

function crashOf(exception: ExceptionDescription, hex: Hex): JsonObject {
  const { access } = exception;
  const address = access ? access.base + BigInt(access.offset) : 0n;
  return {
    type: exception.reason,
    address: hex(exception.address),
    adjusted_address: access ? adjustedAddress(access.base, exception.address, hex(address)) : null,
    instruction: access ? instructionText(access.kind, access.offset) : null,
    memory_accesses: access ? [{ address: hex(address), size: 8, access_type: access.kind }] : null,
    instruction_pointer_update: null,
    possible_bit_flips: null,
    crash_inconsistencies: [],
    crashing_thread: exception.threadIndex,
    assertion: null,
  };
}

function instructionText(kind: "read" | "write", offset: number): string {
  const memory = `qword [rcx + 0x${offset.toString(16)}]`;
  return kind === "read" ? `mov rax, ${memory}` : `mov ${memory}, rax`;
}

function adjustedAddress(base: bigint, reported: bigint, address: string): JsonObject | null {
  if (base === 0n) return { kind: "null-pointer", offset: address };
  return reported === BigInt(address) ? null : { kind: "non-canonical", address };
}

function modulesOf(
  { modules, threads, system }: MinidumpDescription,
  { signers }: AnnotatedFacts,
  hex: Hex,
): JsonObject[] {
  const onStacks = new Set(threads.flatMap(({ frames }) => frames.map(({ module }) => module)));
  return modules.map((module) => ({
    base_addr: hex(module.base),
    end_addr: hex(module.base + module.size),
    filename: baseName(module.path),
    debug_file: module.debugFile,
    debug_id: `${module.debugGuid}${module.debugAge.toString(16)}`,
    code_id: codeId(module, system),
    version: module.version?.join(".") ?? null,
    cert_subject: signers.get(baseName(module.path)) ?? null,
    missing_symbols: onStacks.has(module) && !module.hasSymbols,
    loaded_symbols: onStacks.has(module) && module.hasSymbols,
    corrupt_symbols: false,
    symbol_url: null,
  }));
}

function codeId(module: LoadedModule, { os }: SystemDescription): string {
  if (os === "windows") return windowsCodeId(module.timestamp, module.size);
  if (os === "macos") return module.debugGuid.toLowerCase();
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(module.timestamp);
  return Buffer.concat([guidBytes(module.debugGuid), tail]).toString("hex");
}

function windowsCodeId(timestamp: number, size: number): string {
  return `${timestamp.toString(16).padStart(8, "0")}${size.toString(16)}`;
}

function threadOf(thread: ThreadDescription, unloaded: readonly UnloadedModule[], hex: Hex): ThreadDocument {
  return {
    frame_count: thread.frames.length,
    last_error_value: thread.lastError?.name ?? null,
    thread_name: thread.name,
    thread_id: thread.id,
    frames: thread.frames.map((frame, index) => ({
      frame: index,
      trust: trustIn(thread.frames[index - 1]),
      offset: hex(frame.instruction),
      module: frame.module && baseName(frame.module.path),
      module_offset: frame.module && hex(frame.instruction - frame.module.base),
      unloaded_modules: frame.module ? null : unloadedAt(frame.instruction, unloaded, hex),
      ...functionOf(frame.call, hex),
    })),
  };
}

/** How the frame was found: from its callee, when there is one. */
function trustIn(callee: FrameDescription | undefined): string {
  if (!callee) return "context";
  return callee.module?.hasSymbols ? "cfi" : "frame_pointer";
}

function functionOf(symbolized: SymbolizedCall | null, hex: Hex): JsonObject {
  if (!symbolized) {
    return {
      function: null,
      function_offset: null,
      file: null,
      line: null,
      inlines: null,
      missing_symbols: true,
    };
  }
  const { call, functionOffset } = symbolized;
  return {
    function: call.function,
    function_offset: hex(functionOffset),
    file: call.file,
    line: call.line,
    inlines: call.inlines.length > 0 ? call.inlines.map((inlined): Json => ({ ...inlined })) : null,
    missing_symbols: false,
  };
}

function unloadedAt(address: number, unloaded: readonly UnloadedModule[], hex: Hex): Json {
  const found = unloaded.filter(({ base, size }) => address >= base && address < base + size);
  return found.length === 0
    ? null
    : found.map(({ path, base }) => ({ module: path, offsets: [hex(address - base)] }));
}

function crashingThread(thread: ThreadDocument, exception: ExceptionDescription, hex: Hex): JsonObject {
  const registers = Object.fromEntries([...exception.registers].map(([name, value]) => [name, hex(value)]));
  const [first, ...rest] = thread.frames;
  return { ...thread, threads_index: exception.threadIndex, frames: [{ ...first, registers }, ...rest] };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
