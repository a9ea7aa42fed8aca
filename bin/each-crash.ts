import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { CrashId } from "#lib/core/crash-id";
import { concurrently } from "#lib/core/concurrently";
import type { CrashIds } from "./crash-ids";
import { progress } from "./progress";

/** How a command ends. */
export const EXIT_CODES = `
Exit code: 0 when all was done, 1 when anything was refused or failed (it is named on
the standard error), 130 when the command was interrupted.`;

/** The options of every command that does something with many crashes. */
export interface ManyOptions {
  readonly concurrency: number;
  readonly json?: boolean;
}

/** Adds the options of `ManyOptions` to a command. */
export function withManyOptions(command: Command): Command {
  return command
    .option("--concurrency <number>", "crashes at the same time", positiveNumber, 8)
    .option("--json", "print the summary as JSON")
    .addHelpText("after", EXIT_CODES);
}

/** Reads a whole number from 1 on. */
export function positiveNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return Number(text);
}

/** Reads a whole number from 0 on. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 0 on.");
  return Number(text);
}

export interface Batch<Outcome extends string> extends ManyOptions {
  /** Such as `Copying crashes`. */
  readonly title: string;
  readonly ids: CrashIds;
  /** Outcomes that are counted even when there are none of them. */
  readonly outcomes: readonly Outcome[];
  readonly work: (id: CrashId, signal: AbortSignal) => Promise<Outcome>;
}

/**
 * Does something with each crash and prints how it went. A failure does not keep the other crashes from being done. The
 * first SIGINT or SIGTERM lets what has begun end, the second ends the process. Sets the exit code.
 */
export async function eachCrash<Outcome extends string>(batch: Batch<Outcome>): Promise<void> {
  const { title, ids, concurrency, work } = batch;
  const counts = new Map<string, number>(batch.outcomes.map((outcome) => [outcome, 0]));
  const failures: Failure[] = [];
  const interruption = interruptible();
  const bar = progress(title, ids.total);
  try {
    await concurrently(ids.items, { limit: concurrency, signal: interruption.signal }, async (id) => {
      try {
        const outcome = await work(id, interruption.signal);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      } catch (error) {
        if (error === interruption.signal.reason) return;
        failures.push({ crash_id: id, reason: reasonOf(error) });
      }
      bar.advance();
    });
  } finally {
    bar.stop();
    interruption.end();
  }
  const interrupted = interruption.signal.aborted;
  report({ counts, failures, interrupted }, batch.json ?? false);
  if (interrupted) process.exitCode = 130;
  else if (failures.length > 0) process.exitCode = 1;
}

interface Failure {
  readonly crash_id: CrashId;
  readonly reason: string;
}

interface Report {
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
  readonly interrupted: boolean;
}

function report({ counts, failures, interrupted }: Report, json: boolean): void {
  const done = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  process.stdout.write(
    json
      ? `${JSON.stringify({ outcomes: Object.fromEntries(counts), failures, interrupted })}\n`
      : `${done}, ${failures.length} failed\n`,
  );
  for (const { crash_id, reason } of failures) process.stderr.write(`${crash_id}: ${reason}\n`);
  if (interrupted)
    process.stderr.write("Interrupted. What is counted is done; the same command again does the rest.\n");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A signal that the first SIGINT or SIGTERM aborts. */
export function interruptible(): { readonly signal: AbortSignal; readonly end: () => void } {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: stop.signal,
    end() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
