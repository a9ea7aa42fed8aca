import { z } from "zod";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";

/** The stackwalker's output as rules may take it, and what people should know of it. */
export interface CheckedOutput {
  readonly output: JsonObject;
  readonly notes: readonly string[];
}

const text = z.string().nullish();
const number = z.number().nullish();
const flag = z.boolean().nullish();
const listOf = (item: z.ZodType) => z.array(item).nullish();

const frame = z.looseObject({
  frame: number,
  trust: text,
  registers: z.record(z.string(), text).nullish(),
  offset: text,
  module: text,
  module_offset: text,
  unloaded_modules: listOf(z.looseObject({})),
  inlines: listOf(z.looseObject({ function: text, file: text, line: number })),
  function: text,
  function_offset: text,
  file: text,
  line: number,
  missing_symbols: flag,
});

const thread = z.looseObject({
  thread_name: text,
  thread_id: number,
  last_error_value: text,
  frame_count: number,
  frames: listOf(frame),
});

const module = z.looseObject({
  filename: text,
  version: text,
  code_id: text,
  debug_file: text,
  debug_id: text,
  base_addr: text,
  end_addr: text,
  cert_subject: text,
  symbol_url: text,
  missing_symbols: flag,
  loaded_symbols: flag,
  corrupt_symbols: flag,
});

/** What minidump-stackwalk writes, as far as it is read here. A newer one may write more. */
const OUTPUT = z.looseObject({
  status: text,
  pid: number,
  process_uptime: number,
  crash_info: z
    .looseObject({
      type: text,
      address: text,
      adjusted_address: z.looseObject({ kind: text, address: text, offset: text }).nullish(),
      instruction: text,
      instruction_pointer_update: z.unknown().optional(),
      memory_accesses: listOf(z.looseObject({ address: text, size: number, is_likely_guard_page: flag })),
      possible_bit_flips: listOf(z.looseObject({ confidence: number })),
      crash_inconsistencies: listOf(z.string()),
      crashing_thread: z.int().nonnegative().nullish(),
      assertion: text,
    })
    .nullish(),
  system_info: z
    .looseObject({
      os: text,
      os_ver: text,
      cpu_arch: text,
      cpu_info: text,
      cpu_count: number,
      cpu_microcode_version: z.union([z.string(), z.number()]).nullish(),
    })
    .nullish(),
  thread_count: number,
  threads: listOf(thread),
  crashing_thread: thread.extend({ threads_index: number }).nullish(),
  main_module: number,
  modules: listOf(module),
  unloaded_modules: listOf(z.looseObject({ filename: text, code_id: text })),
  modules_contains_cert_info: flag,
  lsb_release: z.looseObject({ description: text }).nullish(),
  mac_crash_info: z.looseObject({ num_records: number, records: listOf(z.looseObject({})) }).nullish(),
  mac_boot_args: text,
  soft_errors: z.unknown().optional(),
  linux_memory_map_count: number,
  handles: listOf(z.looseObject({})),
  proc_limits: z.looseObject({}).nullish(),
});

const MOST_NOTES = 10;

/** No program has so many, but a dump can say so with few bytes each. */
const MOST_THREADS = 1000;

/**
 * Checks the stackwalker's output. Parts whose type is wrong are left out, so that what reads it later finds what it
 * knows or nothing; parts that nobody here knows stay, since they are shown to nobody without permission. Threads are
 * bounded. What was done stands in the notes.
 */
export function checkOutput(output: JsonObject): CheckedOutput {
  const { repaired, wrong } = withoutWrongParts(output);
  const unknown = Object.keys(output).filter((name) => !Object.hasOwn(OUTPUT.shape, name));
  const bounded = boundThreads(repaired);
  return {
    output: bounded.output,
    notes: [
      ...wrong.map((part) => `MinidumpStackwalk: ${part} has the wrong type and was left out`),
      ...(unknown.length > 0
        ? [`MinidumpStackwalk: unknown parts: ${unknown.slice(0, MOST_NOTES).map(printable).join(", ")}`]
        : []),
      ...bounded.notes,
    ],
  };
}

function withoutWrongParts(output: JsonObject): {
  readonly repaired: JsonObject;
  readonly wrong: readonly string[];
} {
  const { error } = OUTPUT.safeParse(output);
  if (!error) return { repaired: output, wrong: [] };
  const repaired = structuredClone(output);
  const wrong = new Set<string>();
  for (const { path, code, expected } of error.issues.map(typeIssue)) {
    remove(repaired, path, code === "invalid_type" && expected === "object");
    const name = path.map((step) => (typeof step === "number" ? "[]" : `.${printable(step)}`)).join("");
    if (wrong.size < MOST_NOTES) wrong.add(name.slice(1));
  }
  return { repaired, wrong: [...wrong] };
}

function typeIssue(issue: z.core.$ZodIssue) {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  return { path, code: issue.code, expected: "expected" in issue ? issue.expected : null };
}

/** Items of a list keep their places, by which others name them: one that should be an object becomes an empty one. */
function remove(root: JsonObject, path: readonly (string | number)[], isObject: boolean): void {
  const parents = path.slice(0, -1);
  const parent = parents.reduce<unknown>(
    (here, step) => (typeof here === "object" && here !== null ? Reflect.get(here, step) : undefined),
    root,
  );
  const last = path.at(-1);
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  if (!Array.isArray(parent)) Reflect.deleteProperty(parent, last);
  else if (isObject) Reflect.set(parent, last, {});
  else remove(root, parents, false);
}

/** Names of parts come from the output, and notes are public. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, "?").slice(0, 40);
}

function boundThreads(output: JsonObject): CheckedOutput {
  const { threads, crash_info: info, crashing_thread: crashing } = output;
  if (!isJsonArray(threads) || threads.length <= MOST_THREADS) return { output, notes: [] };
  const notes = [`MinidumpStackwalk: ${threads.length - MOST_THREADS} of ${threads.length} threads left out`];
  const kept: Json[] = threads.slice(0, MOST_THREADS);
  const index = isJsonObject(info) ? info.crashing_thread : null;
  const crashed = typeof index === "number" ? threads[index] : undefined;
  if (typeof index !== "number" || crashed === undefined || index < MOST_THREADS)
    return { output: { ...output, threads: kept }, notes };
  const place = MOST_THREADS - 1;
  kept[place] = crashed;
  return {
    output: {
      ...output,
      threads: kept,
      crash_info: { ...(isJsonObject(info) ? info : {}), crashing_thread: place },
      ...(isJsonObject(crashing) && { crashing_thread: { ...crashing, threads_index: place } }),
    },
    notes: [...notes, `MinidumpStackwalk: thread ${index}, which crashed, is kept as thread ${place}`],
  };
}
