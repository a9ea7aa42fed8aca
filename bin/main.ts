import { inspect } from "node:util";
import { Command } from "commander";
import { installedVersion } from "#lib/config/installation";
import { hasCode } from "#lib/core/errors";
import { configCommand } from "./commands/config";
import { copyCrashesCommand } from "./commands/copy-crashes";
import { demoCommand } from "./commands/demo";
import { migrateCommand } from "./commands/migrate";
import { serverCommands } from "./commands/serve";
import { storageCommand } from "./commands/storage";

const program = new Command("crash-stats")
  .description("Collects, processes, indexes and explains crash reports.")
  .version(installedVersion())
  .addCommand(demoCommand())
  .addCommand(configCommand())
  .addCommand(migrateCommand())
  .addCommand(storageCommand())
  .addCommand(copyCrashesCommand());
for (const command of serverCommands()) program.addCommand(command);

// Whoever reads the output may have seen enough: `crash-stats config | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await program.parseAsync();
} catch (error) {
  const bad = hasCode(error, "bad_setting");
  process.stderr.write(`${bad ? error.message : inspect(error)}\n`);
  // What had been started by then must not keep a server alive that nobody can reach.
  process.exit(1);
}
