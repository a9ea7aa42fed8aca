import { parseCrashId } from "#lib/core/crash-id";
import type { CrashTask } from "#lib/queue/queue";

/** A task as the name of its file has it. */
export interface Entry {
  /** When it was published, in milliseconds since 1970; with `sequence` it orders the queue. */
  readonly at: number;
  readonly sequence: number;
  readonly task: CrashTask;
  /** How often it was handed out. */
  readonly attempt: number;
}

const shape = /^(\d{13})-(\d{9})_([^_]+)_([a-z_]+)_(\d+)$/;

/** File name of a task. Names sort in the order of publication. */
export function entryFile({ at, sequence, task, attempt }: Entry): string {
  const order = `${String(at).padStart(13, "0")}-${String(sequence % 1e9).padStart(9, "0")}`;
  return `${order}_${task.id}_${task.ruleset}_${attempt}`;
}

/** The task that a file name stands for, or null when the name is not one of ours. */
export function parseEntryFile(file: string): Entry | null {
  const [, at, sequence, idText, ruleset, attempt] = shape.exec(file) ?? [];
  const id = parseCrashId(idText ?? "");
  return id && ruleset
    ? { at: Number(at), sequence: Number(sequence), task: { id, ruleset }, attempt: Number(attempt) }
    : null;
}
