import { inspect } from "node:util";
import { Command } from "commander";
import { isAppError } from "#lib/core/errors";
import { signatureCommands } from "./signature-commands";

// Whoever reads the output may have seen enough: `crash-stats config | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await (await program()).parseAsync();
} catch (error) {
  process.stderr.write(`${isAppError(error) ? error.message : inspect(error)}\n`);
  // What had been started by then must not keep a server alive that nobody can reach.
  process.exit(1);
}

/** All commands, but for those that have to start in a moment: loading the others takes longer than their work. */
async function program(): Promise<Command> {
  const quick = signatureCommands().find((command) => command.name() === process.argv[2]);
  if (quick) return new Command("crash-stats").addCommand(quick);
  const { crashStatsProgram } = await import("./program");
  return crashStatsProgram();
}
