import type { Dumps, RawCrash } from "#lib/core/crash";
import type { Json, JsonObject } from "#lib/core/json";

/** The processed crash while rules write to it. */
export type Draft = Record<string, Json | undefined>;

/** What a rule gets to see and to write. */
export interface RuleContext {
  /** What the client sent, with NUL characters and nulls already taken out. Rules do not change it. */
  readonly raw: RawCrash;
  readonly dumps: Dumps;
  readonly draft: Draft;
  /** A directory of this crash alone; gone when its processing ends. */
  readonly directory: string;
  readonly now: Date;
  /** Adds a processor note. Notes are public: no protected data in them. */
  readonly note: (text: string) => void;
}

/**
 * One step of processing. When `applies` or `run` throws, the pipeline writes a note with the rule's
 * and the error's name and goes on with the next rule.
 */
export interface Rule {
  readonly name: string;
  applies?(context: RuleContext): boolean;
  run(context: RuleContext): void | Promise<void>;
}

/** The stackwalker's output, or null when there is none. */
export function jsonDump(draft: Draft): JsonObject | null {
  const value = draft.json_dump;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** A text the draft has, or the empty text when it has none there. */
export function draftText(draft: Draft, key: string): string {
  const value = draft[key];
  return typeof value === "string" ? value : "";
}
