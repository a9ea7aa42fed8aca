import type { SearchDocument } from "#lib/fields/document";
import type { BlindingModule } from "#lib/symbols/blinding-modules";
import type { CrashTask } from "#lib/queue/queue";

/** What a worker is asked to do with one crash. */
export type Work =
  | { readonly kind: "process"; readonly task: CrashTask }
  /** Keep it as failed: it was tried `attempts` times, the last time ending with `reason`. */
  | {
      readonly kind: "give-up";
      readonly task: CrashTask;
      readonly attempts: number;
      readonly reason: string;
    };

/** What is kept of a processed crash outside of the crash storage. */
export interface ProcessedFacts {
  /** What the search index needs of it. */
  readonly document: SearchDocument;
  /** Modules whose symbols it lacks. */
  readonly blindingModules: readonly BlindingModule[];
}

/** The processed crash is saved. */
export interface Processed extends ProcessedFacts {
  readonly kind: "processed";
  /** How long each stage took in seconds: `fetch`, `save`, and rules by their names. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Paths that the processed crash has and its declaration has not. */
  readonly undeclared: readonly string[];
}

/** How it went. Plain data: it crosses a process boundary, where errors would lose their code. */
export type Outcome =
  | Processed
  /** No raw crash of this id is stored: there is nothing to process. */
  | { readonly kind: "unknown" }
  /** Nothing was saved. `transient`: the fault was not the crash's. `reason` may be shown to anybody, `detail` is for the log. */
  | {
      readonly kind: "failed";
      readonly transient: boolean;
      readonly reason: string;
      readonly detail: string;
    };
