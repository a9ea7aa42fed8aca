import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { loadConfig } from "#lib/config/config";
import { installationDirectory } from "#lib/config/installation";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import { createLog } from "#lib/monitoring/log";
import { submitAll, type Outcomes } from "#lib/sampledata/submit";
import { sampleSubmissions, type SampleSubmission } from "#lib/sampledata/submissions";
import { sampleSymbols } from "#lib/sampledata/symbols";
import { startServer, type WholeServer } from "#lib/server/server";
import type { Services } from "#lib/services";
import { firstSignIn } from "../first-sign-in";
import { progress } from "../progress";
import { stopOnSignal } from "../stop-on-signal";

interface DemoOptions {
  readonly crashes: number;
  readonly seed: number;
  readonly days: number;
  readonly stop?: boolean;
}

/** `crash-stats demo`: the server with sample crashes, submitted through its own collector. */
export function demoCommand(): Command {
  return new Command("demo")
    .description(
      "start the server and, when its data folder is empty, submit sample crashes through its collector",
    )
    .option("--crashes <number>", "how many sample crashes", wholeNumber, 1200)
    .option("--seed <number>", "the same seed makes the same crashes", wholeNumber, 1)
    .option("--days <number>", "over how many days they are spread", wholeNumber, 28)
    .option("--stop", "end after the summary instead of serving")
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const started = performance.now();
  const { config } = loadConfig();
  const trustedToken = config.trustedToken === "" ? randomBytes(16).toString("hex") : config.trustedToken;
  const log = createLog(config.logLevel === "info" ? "warn" : config.logLevel);
  const dataDirectory = resolve(config.dataDirectory);
  await writeSymbols(join(dataDirectory, "symbols"));
  const server = await startServer({ ...config, trustedToken }, log);
  stopOnSignal(log, () => server.stop());
  const before = await server.services.superSearch.count();
  const outcomes = before > 0 ? null : await submitSamples(server, { ...options, trustedToken });
  process.stdout.write(`\n${await firstSignIn(server)}`);
  process.stdout.write(await summary(server, outcomes, (performance.now() - started) / 1000));
  if (options.stop) await server.stop();
}

async function submitSamples(
  server: WholeServer,
  options: DemoOptions & { readonly trustedToken: string },
): Promise<Outcomes> {
  const { crashes: count, seed, days, trustedToken } = options;
  const now = new Date();
  const real = await realCrashes(now);
  const all = function* () {
    yield* real;
    yield* sampleSubmissions({ count, seed, now, days });
    yield* malformed(now);
  };
  const submitting = progress("Submitting crashes ", count + real.length);
  const outcomes = await submitAll(all(), {
    url: server.url,
    trustedToken,
    concurrency: 8,
    onAnswer: () => submitting.advance(),
  });
  submitting.finish();
  const accepted = outcomes.get("accepted") ?? 0;
  const processing = progress("Processing crashes ", accepted);
  for (let open = accepted; open > 0; open = await openCrashes(server.services)) {
    processing.to(accepted - open);
    await new Promise((wake) => setTimeout(wake, 200));
  }
  processing.finish();
  return outcomes;
}

async function openCrashes({ queue }: Services): Promise<number> {
  return Object.values(await queue.depths()).reduce(
    (sum, { waiting, taken }) => sum + (waiting ?? 0) + taken,
    0,
  );
}

/** Two submissions that no collector should take, so that refusals are seen too. */
function malformed(now: Date): readonly SampleSubmission[] {
  const empty = {
    submittedAt: now,
    annotations: {},
    dumps: new Map(),
    format: "json" as const,
    described: null,
  };
  return [1, 2].map(() => ({ ...empty, crashId: newCrashId(now, crypto.randomUUID(), 0) }));
}

/** Minidumps of programs that really crashed, with their annotations; none where the source is not at hand. */
async function realCrashes(now: Date): Promise<readonly SampleSubmission[]> {
  const directory = join(installationDirectory(), "test", "fixtures", "crashes");
  const files = await readdir(directory).catch(() => []);
  const names = files.filter((file) => file.endsWith(".dmp")).map((file) => file.slice(0, -".dmp".length));
  return Promise.all(
    names.map(async (name, index) => {
      const submittedAt = new Date(now.getTime() - (index + 1) * 60_000);
      const annotations = JSON.parse(await readFile(join(directory, `${name}.json`), "utf8")) as Record<
        string,
        string
      >;
      const dumps = new Map([[MAIN_DUMP, await readFile(join(directory, `${name}.dmp`))]]);
      return {
        crashId: newCrashId(submittedAt, crypto.randomUUID(), 0),
        submittedAt,
        annotations,
        dumps,
        format: "multipart" as const,
        described: null,
      };
    }),
  );
}

/** Puts the symbols of all sample programs where the stackwalker looks. */
async function writeSymbols(directory: string): Promise<void> {
  const real = join(installationDirectory(), "test", "fixtures", "crashes", "symbols");
  const stored = await readdir(real, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const file of stored.filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    await writeBelow(directory, path.slice(real.length + 1), await readFile(path));
  }
  for (const { path, text } of sampleSymbols()) await writeBelow(directory, path, text);
}

async function writeBelow(directory: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

async function summary(
  { url, services }: WholeServer,
  outcomes: Outcomes | null,
  seconds: number,
): Promise<string> {
  const searchable = await services.superSearch.count();
  const failed = await services.database.client.failedCrash.count();
  const submitted =
    outcomes === null
      ? ["  submitted            nothing: the data folder already has crashes"]
      : [...outcomes].sort().map(([outcome, count]) => line(outcome, count));
  return [
    "",
    `crash-stats is ready: ${url}`,
    ...submitted,
    line("searchable", searchable),
    line("given up", failed),
    `  took                 ${seconds.toFixed(1)} s`,
    "",
  ].join("\n");
}

function line(what: string, count: number): string {
  return `  ${what.padEnd(40)} ${String(count).padStart(6)}`;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
