import { Command } from "commander";
import { loadConfig } from "#lib/config/config";

/** `crash-stats config`: the settings in effect. */
export function configCommand(): Command {
  return new Command("config")
    .description("print every setting in effect, where it comes from and what it means; secrets are hidden")
    .option("--json", "print JSON")
    .action(({ json }: { json?: boolean }) => {
      const { effective } = loadConfig();
      if (json) {
        process.stdout.write(`${JSON.stringify(effective, null, 2)}\n`);
        return;
      }
      for (const { name, shown, source, doc } of effective)
        process.stdout.write(`# ${doc}\n${name}=${shown}  (${source})\n\n`);
    });
}
