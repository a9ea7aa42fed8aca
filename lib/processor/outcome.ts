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

/** How it went. Plain data: it crosses a process boundary, where errors would lose their code. */
export type Outcome =
  /** The processed crash is saved. */
  | ({ readonly kind: "processed" } & ProcessedFacts)
  /** No raw crash of this id is stored: there is nothing to process. */
  | { readonly kind: "unknown" }
  /** Nothing was saved. `transient`: the fault was not the crash's. `reason` may be shown to anybody, `detail` is for the log. */
  | {
      readonly kind: "failed";
      readonly transient: boolean;
      readonly reason: string;
      readonly detail: string;
    };
