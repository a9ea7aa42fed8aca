import { SingleBar } from "cli-progress";

/** A progress bar on standard error; a line now and then where that is no terminal. */
export interface Progress {
  advance(): void;
  to(value: number): void;
  finish(): void;
}

export function progress(what: string, total: number): Progress {
  const bar = new SingleBar({
    format: `${what} {bar} {value}/{total}  {duration_formatted}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    clearOnComplete: false,
  });
  bar.start(total, 0);
  return {
    advance: () => bar.increment(),
    to: (value) => bar.update(value),
    finish() {
      bar.update(total);
      bar.stop();
    },
  };
}
