import { inspect } from "node:util";
import { isAppError } from "#lib/core/errors";
import { crashStatsProgram } from "./program";

// Whoever reads the output may have seen enough: `crash-stats config | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await crashStatsProgram().parseAsync();
} catch (error) {
  process.stderr.write(`${isAppError(error) ? error.message : inspect(error)}\n`);
  // What had been started by then must not keep a server alive that nobody can reach.
  process.exit(1);
}
