import type { SearchDocument } from "#lib/fields/document";
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

/** How it went. Plain data: it crosses a process boundary, where errors would lose their code. */
export type Outcome =
  /** The processed crash is saved; this is what the search index needs of it. */
  | { readonly kind: "processed"; readonly document: SearchDocument }
  /** No raw crash of this id is stored: there is nothing to process. */
  | { readonly kind: "unknown" }
  /** Nothing was saved. `transient`: the fault was not the crash's. `reason` may be shown to anybody, `detail` is for the log. */
  | {
      readonly kind: "failed";
      readonly transient: boolean;
      readonly reason: string;
      readonly detail: string;
    };
