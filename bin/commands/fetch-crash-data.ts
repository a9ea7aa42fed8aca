import { tmpdir } from "node:os";
import { Command, Option } from "commander";
import { loadConfig } from "#lib/config/config";
import { crashFolder } from "#lib/crash-data/crash-folder";
import { fetchCrash, type FetchSource } from "#lib/crash-data/fetch-crash";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { S3_LAYOUTS, type S3LayoutName } from "#lib/crashstorage/s3-layouts";
import type { CrashPart } from "#lib/crashstorage/storage";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { eachCrash, withManyOptions, type ManyOptions } from "../each-crash";
import { HOST_OPTION, openApi } from "../open-api";

interface FetchCrashDataOptions extends ManyOptions {
  readonly host?: string;
  readonly from?: string;
  readonly layout: S3LayoutName;
  readonly raw: boolean;
  readonly dumps: boolean;
  readonly processed: boolean;
}

/** `crash-stats fetch-crash-data`: crashes of a server, or of a crash storage, into a folder. */
export function fetchCrashDataCommand(): Command {
  const layout = new Option("--layout <name>", "names of raw crashes: dated is the newer one");
  const command = new Command("fetch-crash-data")
    .description(
      "fetch raw crashes, dumps and processed crashes from a server's REST API into a folder, laid out as a bucket's keys; the setting CRASHSTATS_API_TOKEN says who asks",
    )
    .argument("<folder>", "where to; made when it is not there")
    .argument("[ids...]", IDS_ARGUMENT)
    .option("--host <url>", HOST_OPTION)
    .option("--from <storage>", "read a crash storage, as CRASHSTORAGE is written, in place of the API")
    .addOption(layout.choices(Object.keys(S3_LAYOUTS)).default("dated"))
    .option("--raw", "fetch raw crashes", true)
    .option("--no-raw", "leave raw crashes out")
    .option("--dumps", "fetch dumps", true)
    .option("--no-dumps", "leave dumps out")
    .option("--processed", "fetch processed crashes", false)
    .option("--no-processed", "leave processed crashes out");
  return withManyOptions(command).action(fetchCrashData);
}

async function fetchCrashData(
  folder: string,
  given: readonly string[],
  options: FetchCrashDataOptions,
): Promise<void> {
  const { config } = loadConfig();
  const ids = await givenCrashIds(given);
  const parts = wantedParts(options, options.from === undefined && config.apiToken === "");
  const to = crashFolder(folder, options.layout);
  const storage = options.from === undefined ? null : await openCrashStorage(options.from, config);
  try {
    await eachCrash({
      ...options,
      title: "Fetching crashes",
      ids: { items: ids, total: ids.length },
      outcomes: ["fetched"],
      work: (id, signal) => {
        const from: FetchSource = storage ?? openApi(options.host, config, signal);
        return fetchCrash(id, { from, to, parts, temporaryDirectory: tmpdir() });
      },
    });
  } finally {
    await storage?.close();
  }
}

function wantedParts(options: FetchCrashDataOptions, isAnonymous: boolean): ReadonlySet<CrashPart> {
  const wanted = (["raw", "dumps", "processed"] as const).filter((part) => options[part]);
  if (!isAnonymous) return new Set(wanted);
  process.stderr.write("CRASHSTATS_API_TOKEN is not set: only the public parts are fetched, and no dumps.\n");
  return new Set(wanted.filter((part) => part !== "dumps"));
}
