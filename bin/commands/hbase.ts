import { Command, Option } from "commander";
import { isAppError } from "#lib/core/errors";
import { HBASE_CALLS, wholeNumber, type Call } from "./hbase-calls";

interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly timeout: number;
  readonly retry: number;
  readonly transport: "buffered" | "framed";
}

/** What the arguments of the calls are, by their names. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  id: "crash id",
  json: "raw crash as JSON",
  folder: "made when it is not there",
  timestamp: "ISO 8601; rows and index entries begin with it",
  tables: "names of index tables",
  "hang-id": "what both halves of the hang have",
  "process-type": "which half it is",
  "row-key": "as it is stored",
  table: "its name",
  prefix: "of row keys, without the salt",
  columns: "family:qualifier, or a family",
  "json-file": "path of a JSON object",
  "dump-file": "path of the main dump",
};

/** `crash-stats hbase`: the calls of Socorro's HBase client. */
export function hbaseCommand(): Command {
  const hbase = new Command("hbase")
    .description(
      "read and change crashes in HBase, call by call as Socorro's client had them; prints JSON, and ends with status 1 when nothing is found or a call fails",
    )
    .option("--host <name>", "of HBase's Thrift server", "localhost")
    .option("--port <number>", "of HBase's Thrift server", wholeNumber, 9090)
    .option("--timeout <seconds>", "for connecting, and for each answer", wholeNumber, 5)
    .option("--retry <seconds>", "before a call that got no answer is made once more", wholeNumber, 6)
    .addOption(
      new Option("--transport <name>", "what the server was started with")
        .choices(["buffered", "framed"])
        .default("buffered"),
    );
  for (const call of HBASE_CALLS) {
    const command = hbase.command(call.usage).description(call.does);
    for (const option of call.options ?? []) command.addOption(option);
    for (const argument of command.registeredArguments)
      argument.description = ARGUMENTS[argument.name()] ?? argument.name();
    command.action(() => carryOut(call, command));
  }
  return hbase;
}

/** Loads Thrift only when it is needed. */
async function carryOut(call: Call, command: Command): Promise<void> {
  const { timeout, retry, ...address } = command.optsWithGlobals<ConnectionOptions>();
  const { hbaseClient } = await import("#lib/hbase/hbase-client");
  const { socorroClient } = await import("#lib/hbase/socorro-client");
  const client = hbaseClient({ ...address, timeoutSeconds: timeout, retryDelaySeconds: retry });
  try {
    const found = await call.run({
      client,
      socorro: socorroClient(client),
      args: command.args,
      options: command.opts(),
    });
    if (!found) fail("Nothing found.");
  } catch (error) {
    const isFile = error instanceof Error && "syscall" in error;
    if (!isAppError(error) && !isFile) throw error;
    fail(`${error.name}: ${error.message}`);
  } finally {
    client.close();
  }
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
