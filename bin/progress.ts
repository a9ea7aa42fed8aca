import { SingleBar } from "cli-progress";

/** A progress bar on standard error; a line now and then where that is no terminal. */
export interface Progress {
  advance(): void;
  to(value: number): void;
  /** All of it is done. */
  finish(): void;
  /** No more of it will be done. */
  stop(): void;
}

/** Starts a progress bar; a counter where the total is not known. */
export function progress(what: string, total: number | null): Progress {
  const bar = new SingleBar({
    format: `${what} ${total === null ? "{value}" : "{bar} {value}/{total}"}  {duration_formatted}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    clearOnComplete: false,
  });
  bar.start(total ?? 0, 0);
  return {
    advance: () => bar.increment(),
    to: (value) => bar.update(value),
    finish() {
      if (total !== null) bar.update(total);
      bar.stop();
    },
    stop: () => bar.stop(),
  };
}
