import { Command } from "commander";
import { installedVersion } from "#lib/config/installation";
import { createTokenCommand, makeSuperuserCommand } from "./commands/accounts";
import { configCommand } from "./commands/config";
import { copyCrashesCommand } from "./commands/copy-crashes";
import { crontabberCommand } from "./commands/crontabber";
import { demoCommand } from "./commands/demo";
import { esCommand } from "./commands/es";
import { fetchCrashDataCommand } from "./commands/fetch-crash-data";
import { hbaseCommand } from "./commands/hbase";
import { migrateCommand } from "./commands/migrate";
import { putCrashCommand } from "./commands/put-crash";
import { addCrashidToQueueCommand, queueCommand } from "./commands/queue";
import { regroupCommand } from "./commands/regroup";
import { reindexCommand } from "./commands/reindex";
import { removeCrashCommand } from "./commands/remove-crash";
import { reprocessCommand } from "./commands/reprocess";
import { serverCommands } from "./commands/serve";
import { storageCommand } from "./commands/storage";
import { uploadSymbolsCommand } from "./commands/upload-symbols";
import { signatureCommands } from "./signature-commands";

/** The command line with all its commands. */
export function crashStatsProgram(): Command {
  const program = new Command("crash-stats")
    .description("Collects, processes, indexes and explains crash reports.")
    .version(installedVersion())
    .addCommand(demoCommand())
    .addCommand(configCommand())
    .addCommand(migrateCommand())
    .addCommand(storageCommand())
    .addCommand(fetchCrashDataCommand())
    .addCommand(putCrashCommand())
    .addCommand(copyCrashesCommand())
    .addCommand(removeCrashCommand())
    .addCommand(reindexCommand())
    .addCommand(esCommand())
    .addCommand(makeSuperuserCommand())
    .addCommand(createTokenCommand())
    .addCommand(uploadSymbolsCommand())
    .addCommand(hbaseCommand())
    .addCommand(reprocessCommand())
    .addCommand(regroupCommand())
    .addCommand(queueCommand())
    .addCommand(crontabberCommand())
    .addCommand(addCrashidToQueueCommand());
  for (const command of [...signatureCommands(), ...serverCommands()]) program.addCommand(command);
  return program;
}
