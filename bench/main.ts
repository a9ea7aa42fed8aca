import { Argument, Command, InvalidArgumentError } from "commander";
import { progress, type Progress } from "../bin/progress";
import { table, type Measurement } from "./measurement";
import { measureSearchable } from "./searchable";
import { measureProcessor } from "./processor";
import { measureSearch } from "./search";
import { measureSignatures } from "./signature";
import { measureStorage } from "./storage";
import { measureSubmissions } from "./submissions";
import { machine } from "./workplace";

interface Options {
  readonly seconds: number;
  readonly crashes: number;
  readonly processed: number;
  readonly searchable: number;
  readonly questions: number;
  readonly keep?: string;
  readonly stored: number;
  readonly signatures: number;
  readonly json?: boolean;
}

const PARTS = ["submissions", "storage", "searchable", "processor", "search", "signature"] as const;

/** How often the memory is read while the queue is emptied. */
const MEMORY_READINGS = 10;

const command = new Command("bench")
  .description("Measures this machine: taking, processing and searching crashes, on the built server.")
  .addArgument(new Argument("[parts...]", "what to measure; everything unless given").choices(PARTS))
  .option("--seconds <number>", "how long each load of submissions lasts", wholeNumber, 10)
  .option("--searchable <number>", "crashes timed from acknowledgement to searchable", wholeNumber, 50)
  .option("--processed <number>", "crashes in the queue that is emptied", wholeNumber, 10_000)
  .option("--crashes <number>", "crashes in the index that is searched", wholeNumber, 100_000)
  .option("--questions <number>", "searches of each kind", wholeNumber, 100)
  .option("--keep <folder>", "where the searched indices stay, to be searched again next time")
  .option("--stored <number>", "crashes saved in and got from each crash storage", wholeNumber, 500)
  .option("--signatures <number>", "signatures made by siggen and by ours", wholeNumber, 20_000)
  .option("--json", "print one JSON document instead of tables")
  .parse();
const options = command.opts<Options>();
const wanted = command.args.length > 0 ? command.args : PARTS;

const results = new Map<string, readonly Measurement[]>();
await part("submissions", "Submissions, 8 clients, dumps of 400 kB", () =>
  measureSubmissions(options.seconds),
);
await part("storage", "Crash storage, 8 clients, dumps of 400 kB", () => measureStorage(options.stored));
await part("searchable", "One crash", () => measureSearchable(options.searchable));
await part("processor", "Processor", () =>
  measureProcessor({
    count: options.processed,
    step: Math.ceil(options.processed / MEMORY_READINGS),
    onMemory: (processed, megabytes) =>
      process.stderr.write(`  ${processed} crashes processed, ${megabytes.toFixed(0)} MB resident\n`),
  }),
);
await part("search", `Super Search, ${options.crashes.toLocaleString("en")} crashes`, () => {
  const bars = new Map<string, Progress>();
  const bar = (engine: string) => {
    const known = bars.get(engine) ?? progress(`Indexing crashes, ${engine}`, options.crashes);
    bars.set(engine, known);
    return known;
  };
  return measureSearch({
    ...options,
    onIndexed(engine, total) {
      bar(engine).to(total);
      if (total === options.crashes) bar(engine).finish();
    },
  }).finally(() => bars.forEach((each) => each.stop()));
});
await part("signature", `Signatures of ${options.signatures.toLocaleString("en")} made-up crashes`, () =>
  measureSignatures(options.signatures),
);
process.stdout.write(options.json ? asJson(await machine()) : asTables(await machine()));

async function part(
  name: (typeof PARTS)[number],
  title: string,
  measure: () => Promise<readonly Measurement[]>,
): Promise<void> {
  if (!wanted.includes(name)) return;
  process.stderr.write(`… ${title}\n`);
  results.set(title, await measure());
}

function asTables(where: string): string {
  return [`\n${where}\n`, ...[...results].map(([title, measured]) => table(title, measured))].join("\n");
}

function asJson(where: string): string {
  return `${JSON.stringify({ machine: where, results: Object.fromEntries(results) }, null, 2)}\n`;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return Number(text);
}
