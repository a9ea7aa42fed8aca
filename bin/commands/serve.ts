import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { createLog } from "#lib/monitoring/log";
import { startServer } from "#lib/server/server";
import { stopOnSignal } from "../stop-on-signal";

/** `crash-stats serve`: the embedded server. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("start the server: collector, processor, web pages and API in one process")
    .action(async () => {
      const { config } = loadConfig();
      const log = createLog(config.logLevel);
      const server = await startServer(config, log);
      stopOnSignal(log, () => server.stop());
      process.stdout.write(`crash-stats is ready: ${server.url}\n`);
    });
}
