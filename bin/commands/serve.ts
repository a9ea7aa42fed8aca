import { Command } from "commander";
import type { Logger } from "pino";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { createLog } from "#lib/monitoring/log";
import {
  startCollector,
  startProcessor,
  startServer,
  startWeb,
  type RunningServer,
} from "#lib/server/server";
import { firstSignIn } from "../first-sign-in";
import { stopOnSignal } from "../stop-on-signal";

/** `crash-stats serve`, and its parts as processes of their own: `web`, `collector`, `processor`. */
export function serverCommands(): readonly Command[] {
  return [
    serverCommand(
      "serve",
      "start the server: collector, processor, web pages and API in one process",
      startServer,
      firstSignIn,
    ),
    serverCommand("web", "start the web pages and the API alone", startWeb),
    serverCommand("collector", "start the collector alone: it takes crashes at /submit", startCollector),
    serverCommand("processor", "start the processor alone: it works on what is queued", startProcessor),
  ];
}

function serverCommand<Server extends RunningServer>(
  name: string,
  description: string,
  start: (config: Config, log: Logger) => Promise<Server>,
  announcement: (server: Server) => Promise<string> = () => Promise.resolve(""),
): Command {
  return new Command(name).description(description).action(async () => {
    const { config } = loadConfig();
    const log = createLog(config.logLevel);
    const server = await start(config, log);
    stopOnSignal(log, () => server.stop());
    process.stdout.write(`${await announcement(server)}crash-stats is ready: ${server.url}\n`);
  });
}
