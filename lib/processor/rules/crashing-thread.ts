import { isJsonArray, isJsonObject, jsonAt, type Json, type JsonObject } from "#lib/core/json";
import { draftText, jsonDump, type Draft, type Rule } from "../rule";

/** Frames kept at both ends of a stack that is too long. */
const LONGEST_STACK = 500;
const KEPT_AT_TOP = 250;
const KEPT_AT_BOTTOM = 249;

/** Which thread crashed, why, and at which address. */
export const crashingThreadInfo: Rule = {
  name: "CrashingThreadInfoRule",
  applies: ({ draft }) => jsonDump(draft) !== null,
  run({ draft, note }) {
    const dump = jsonDump(draft) ?? {};
    const thread = jsonAt(dump, "crash_info.crashing_thread") ?? null;
    if (thread === null) note("MDSW did not identify the crashing thread");
    draft.crashing_thread = thread;
    draft.crashing_thread_name = jsonAt(dump, "crashing_thread.thread_name") ?? null;
    draft.reason = textAt(dump, "crash_info.type") ?? "";
    draft.address = addressOf(dump);
    const lastError = textAt(dump, "crashing_thread.last_error_value");
    if (lastError !== null) draft.last_error_value = lastError;
  },
};

/** The address that was meant: near a null pointer it is null, a non-canonical one is what the program computed. */
function addressOf(dump: JsonObject): Json {
  const address = textAt(dump, "crash_info.address");
  const kind = textAt(dump, "crash_info.adjusted_address.kind");
  if (kind === "null-pointer") return `0x${"0".repeat((address?.length ?? 0) > 10 ? 16 : 8)}`;
  if (kind === "non-canonical") return textAt(dump, "crash_info.adjusted_address.address") ?? address;
  return address;
}

function textAt(dump: JsonObject, path: string): string | null {
  const value = jsonAt(dump, path);
  return typeof value === "string" ? value : null;
}

/** Cuts stacks that are endless: a marker stands where frames are left out. */
export const truncateStacks: Rule = {
  name: "TruncateStacksRule",
  applies: ({ draft }) => jsonDump(draft) !== null,
  run({ draft, note }) {
    draft.json_dump = withShortStacks(jsonDump(draft) ?? {}, note);
  },
};

/** The stackwalker's output with stacks that are not endless. */
export function withShortStacks(dump: JsonObject, note: (text: string) => void): JsonObject {
  const cut = (thread: Json, what: string): Json => {
    const shorter = isJsonObject(thread) ? truncateThread(thread) : null;
    if (shorter) note(`${what} frames truncated`);
    return shorter ?? thread;
  };
  const { threads, crashing_thread: crashing } = dump;
  return {
    ...dump,
    ...(isJsonArray(threads) && {
      threads: threads.map((thread, index) => cut(thread, `json_dump.threads.${index}`)),
    }),
    ...(crashing !== undefined && { crashing_thread: cut(crashing, "json_dump.crashing_thread") }),
  };
}

function truncateThread(thread: JsonObject): JsonObject | null {
  const frames = thread.frames;
  if (!isJsonArray(frames) || frames.length <= LONGEST_STACK) return null;
  const left = frames.length - KEPT_AT_TOP - KEPT_AT_BOTTOM;
  const marker = { truncated: { msg: `${left} frames truncated` } };
  return {
    ...thread,
    frames: [...frames.slice(0, KEPT_AT_TOP), marker, ...frames.slice(-KEPT_AT_BOTTOM)],
    truncated: true,
  };
}

/** A shutdown that hung is the main thread's. */
export const shutdownHangThread: Rule = {
  name: "ShutDownHangCrashingThreadRule",
  applies: ({ draft }) => draftText(draft, "signature").startsWith("shutdownhang"),
  run({ draft }) {
    draft.crashing_thread = 0;
  },
};

/** The crashing thread's frames in the stackwalker's output. */
export function crashingFrames(draft: Draft): readonly JsonObject[] {
  const dump = jsonDump(draft);
  const index = draft.crashing_thread ?? null;
  const threads = dump?.threads;
  const thread = isJsonArray(threads) && typeof index === "number" ? threads[index] : undefined;
  const frames = isJsonObject(thread) ? thread.frames : undefined;
  return isJsonArray(frames) ? frames.filter(isJsonObject) : [];
}
