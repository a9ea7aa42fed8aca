import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Dumps, ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { BadArgument, hasCode } from "#lib/core/errors";
import type { CrashStorage } from "#lib/crashstorage/storage";
import type { CrashTask } from "#lib/queue/queue";
import { cleanRawCrash } from "./clean-raw-crash";
import { runRules } from "./pipeline";
import type { Draft, Rule } from "./rule";
import { ANNOTATION_RULES, rulesets, type RuleNeeds, type Ruleset } from "./rulesets";

/** What processing reads of a crash storage. */
type CrashSource = Pick<CrashStorage, "getRaw" | "getDumpsAsFiles" | "getUnredactedProcessed">;

/** What processing works with. */
export interface ProcessingNeeds extends RuleNeeds {
  readonly storage: CrashSource;
  readonly now: () => Date;
  /** Named in the first processor note. */
  readonly hostName: string;
  /** Where a directory is made for each crash, and removed again. */
  readonly temporaryDirectory: string;
  /** How long a stage took: `fetch`, or a rule by its name. */
  readonly onTimed?: (stage: string, seconds: number) => void;
}

/** A crash as it came, and what became of it. */
export interface Processing {
  readonly raw: RawCrash;
  readonly processed: ProcessedCrash;
}

const UNPROCESSED_SIGNATURE = "EMPTY: crash failed to process";

/**
 * Makes the processed crash of a stored crash; it is not saved here. Throws CrashIdNotFound when no raw
 * crash is stored, BadArgument for a ruleset that is none, and what the storage throws.
 */
export async function processCrash(task: CrashTask, needs: ProcessingNeeds): Promise<Processing> {
  const ruleset = rulesetNamed(task.ruleset, needs);
  const directory = await mkdtemp(join(needs.temporaryDirectory, "crash-"));
  const started = performance.now();
  try {
    const raw = await needs.storage.getRaw(task.id);
    const dumps = await needs.storage.getDumpsAsFiles(task.id, directory);
    const before = await processedBefore(needs.storage, task.id);
    needs.onTimed?.("fetch", (performance.now() - started) / 1000);
    const start = ruleset.changesProcessed && before ? { ...before } : {};
    const work = { raw, dumps, directory, before, start, name: task.ruleset, rules: ruleset.rules };
    return { raw, processed: await makeProcessed(work, needs) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What is kept of a crash that could not be processed: its annotations, and a note that says so. */
export async function failedCrash(
  raw: RawCrash,
  facts: {
    readonly now: Date;
    readonly hostName: string;
    readonly reason: string;
    readonly attempts: number;
  },
): Promise<Processing> {
  const now = () => facts.now;
  const work = {
    raw,
    dumps: new Map(),
    directory: "",
    before: null,
    start: {},
    name: "failed",
    rules: ANNOTATION_RULES,
  };
  const processed = await makeProcessed(work, { now, hostName: facts.hostName });
  const note = `processing failed ${facts.attempts} times and was given up: ${facts.reason}`;
  const processor_notes = [...textLines(processed), note].join("\n");
  return { raw, processed: { ...processed, success: false, processor_notes } };
}

interface Work {
  readonly raw: RawCrash;
  readonly dumps: Dumps;
  readonly directory: string;
  readonly before: ProcessedCrash | null;
  readonly start: Draft;
  readonly name: string;
  readonly rules: readonly Rule[];
}

async function makeProcessed(
  work: Work,
  { now, hostName, onTimed }: Pick<ProcessingNeeds, "now" | "hostName" | "onTimed">,
): Promise<ProcessedCrash> {
  const started = now();
  const draft: Draft = {
    ...work.start,
    started_datetime: isoSeconds(started),
    signature: work.start.signature ?? UNPROCESSED_SIGNATURE,
  };
  const raw = cleanRawCrash(work.raw);
  const { notes, failed } = await runRules(work.name, work.rules, {
    raw,
    dumps: work.dumps,
    draft,
    directory: work.directory,
    now: started,
    ...(onTimed && { onTimed }),
  });
  const firstNote = `>>> Start processing: ${started.toISOString().slice(0, 23).replace("T", " ")}000+00:00 (${hostName})`;
  return {
    ...draft,
    uuid: raw.uuid,
    date_processed: raw.submitted_timestamp,
    signature: typeof draft.signature === "string" ? draft.signature : UNPROCESSED_SIGNATURE,
    success: failed === 0 && draft.success !== false,
    processor_notes: [firstNote, ...notes].join("\n"),
    processor_history: historyOf(work.before),
    completed_datetime: isoSeconds(now()),
  };
}

/** The notes of all earlier runs, newest first. */
function historyOf(before: ProcessedCrash | null): readonly string[] {
  if (!before) return [];
  const earlier = Array.isArray(before.processor_history) ? before.processor_history.map(String) : [];
  return typeof before.processor_notes === "string" ? [before.processor_notes, ...earlier] : earlier;
}

async function processedBefore(storage: CrashSource, id: CrashId): Promise<ProcessedCrash | null> {
  try {
    return await storage.getUnredactedProcessed(id);
  } catch (error) {
    if (hasCode(error, "crash_id_not_found") || hasCode(error, "storage_corrupt")) return null;
    throw error;
  }
}

function rulesetNamed(name: string, needs: RuleNeeds): Ruleset {
  const all = rulesets(needs);
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (!found)
    throw new BadArgument(`There is no ruleset "${name}". Rulesets: ${Object.keys(all).join(", ")}.`);
  return found;
}

function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+00:00`;
}

function textLines({ processor_notes: notes }: ProcessedCrash): readonly string[] {
  return typeof notes === "string" ? notes.split("\n") : [];
}
