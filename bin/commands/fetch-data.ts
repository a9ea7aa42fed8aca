import { Command } from "commander";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { FetchSource } from "#lib/crash-data/fetch-crash";
import { foundOrNull } from "#lib/crashstorage/found-or-null";
import { crashDataFromProcessed } from "#lib/signature/crash-data";
import { HOST_OPTION, openApi } from "../open-api";

/** `crash-stats fetch-data`: what a signature is made of. */
export function fetchDataCommand(): Command {
  return new Command("fetch-data")
    .description(
      "fetch a crash from a server's REST API and print its crash data, which signify takes; the setting CRASHSTATS_API_TOKEN says who asks",
    )
    .argument("<id>", "crash id, with or without bp-")
    .option("--host <url>", HOST_OPTION)
    .action(fetchData);
}

async function fetchData(given: string, { host }: { readonly host?: string }): Promise<void> {
  const id = parseCrashId(given);
  if (id === null) throw new BadArgument(`"${given}" is not a crash id.`);
  const { loadConfig } = await import("#lib/config/config");
  const api = openApi(host, loadConfig().config);
  const processed = await foundOrNull(api.getUnredactedProcessed(id));
  if (processed) process.stdout.write(`${JSON.stringify(crashDataFromProcessed(processed), null, 2)}\n`);
  else {
    process.stderr.write(`${await whatIsMissing(api, id)}\n`);
    process.exitCode = 1;
  }
}

async function whatIsMissing(api: FetchSource, id: CrashId): Promise<string> {
  const raw = await foundOrNull(api.getRaw(id));
  return raw ? `${id}: does not have processed crash.` : `${id}: does not exist.`;
}
