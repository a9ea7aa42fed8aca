import { parseCrashId } from "#lib/core/crash-id";
import type { CrashTask } from "./queue";

const DEFAULT_RULESET = "default";

/** A task as brokers carry it, in the form of Socorro: the crash id, and `:<ruleset>` unless that is `default`. */
export function taskText({ id, ruleset }: CrashTask): string {
  return ruleset === DEFAULT_RULESET ? id : `${id}:${ruleset}`;
}

/** Null for a text that is no task. */
export function parseTaskText(text: string): CrashTask | null {
  const [, idText = "", ruleset = DEFAULT_RULESET] = /^([^:]+)(?::([a-z_]+))?$/.exec(text) ?? [];
  const id = parseCrashId(idText);
  return id && { id, ruleset };
}
