import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { installedVersion } from "#lib/config/installation";
import { BadArgument } from "#lib/core/errors";
import { crontabberHealth, nagiosAnswer } from "#lib/crontabber/health";
import type { ScheduledJob } from "#lib/crontabber/job";
import { findJob } from "#lib/crontabber/job-list";
import { listedJobs } from "#lib/crontabber/list-jobs";
import { scheduledJobs } from "#lib/crontabber/registry";
import { runDueJobs, runJob, statesByName, type Crontabber, type JobOutcome } from "#lib/crontabber/runner";
import { neverRun, succeeded } from "#lib/crontabber/schedule";
import { stateDocument } from "#lib/crontabber/state-document";
import { latest } from "#lib/crontabber/timetable";
import { createLog } from "#lib/monitoring/log";
import { crontabberOf } from "#lib/server/crontabber";
import { openServices } from "#lib/server/open-services";
import { startCrontabberAlone } from "#lib/server/server";
import { interruptible, positiveNumber } from "../each-crash";
import { stopOnSignal } from "../stop-on-signal";

const EXIT_CODES = `
Exit code: 0 when all was done, 1 when a job failed or anything was refused, 3 when another
scheduler runs the job of --job, 130 when it was interrupted. With --nagios: 0, 1 for a
warning, 2 when it is critical.`;

/** The exit code that says that another scheduler runs the job. */
const ONGOING = 3;

interface CrontabberOptions {
  readonly job?: string;
  readonly force?: boolean;
  readonly loop?: boolean;
  readonly interval: number;
  readonly listJobs?: boolean;
  readonly json?: boolean;
  readonly resetJob?: string;
  readonly reset?: string;
  readonly markSuccess?: string;
  readonly configtest?: boolean;
  readonly auditGhosts?: boolean;
  readonly nagios?: boolean;
}

/** `crash-stats crontabber`: the scheduled jobs. */
export function crontabberCommand(): Command {
  return new Command("crontabber")
    .description(
      "run the scheduled jobs that are due, once; or look at them and change what is known of them",
    )
    .version(installedVersion(), "-v, --version", "print the version")
    .option("-j, --job <name>", "run this job when it is due or has failed, and no other")
    .option("-f, --force", "with --job: run it whether it is due or not, whatever it depends on")
    .option("--loop", "run what is due again and again, until SIGTERM")
    .option("--interval <seconds>", "with --loop: how long to wait in between", positiveNumber, 300)
    .option("-l, --list-jobs", "print the jobs and what is known of each")
    .option("--json", "with --list-jobs: print JSON")
    .option("-r, --reset-job <name>", "forget what is known of a job, as if it had never run")
    .option("--reset <name>", "the same")
    .option("--mark-success <name>", "write down that a job ran well just now, without running it")
    .option("--configtest", "check the setting CRONTABBER_JOBS, and print nothing when it is good")
    .option("--audit-ghosts", "print the names of jobs that have a state and are in no list")
    .option("-n, --nagios", "print one line for Nagios")
    .addHelpText("after", EXIT_CODES)
    .action(run);
}

async function run(options: CrontabberOptions): Promise<void> {
  const { config } = loadConfig();
  scheduledJobs(config);
  if (options.configtest) return;
  if (options.force && options.job === undefined)
    throw new BadArgument("--force is for one job: name it with --job.");
  if (options.loop) {
    await loop(config, options.interval);
    return;
  }
  const open = await openServices(config, createLog(config.logLevel));
  try {
    process.exitCode = await answer(crontabberOf(open.services), options);
  } finally {
    await open.close();
  }
}

async function loop(config: Config, intervalSeconds: number): Promise<void> {
  const log = createLog(config.logLevel);
  const server = await startCrontabberAlone(config, log, intervalSeconds);
  stopOnSignal(log, () => server.stop());
  process.stdout.write(`crash-stats is ready: ${server.url}\n`);
}

/** Does what is asked for, and gives the exit code. */
async function answer(crontabber: Crontabber, options: CrontabberOptions): Promise<number> {
  if (options.listJobs) return listJobs(crontabber, options.json ?? false);
  if (options.nagios) return askForNagios(crontabber);
  if (options.auditGhosts) return auditGhosts(crontabber);
  const forgotten = options.resetJob ?? options.reset;
  if (forgotten !== undefined) return resetJob(crontabber, forgotten);
  if (options.markSuccess !== undefined) return markSuccess(crontabber, options.markSuccess);
  return runJobs(crontabber, options);
}

async function listJobs({ jobs, states, now }: Crontabber, json: boolean): Promise<number> {
  const known = await statesByName(states);
  process.stdout.write(
    json
      ? `${JSON.stringify(stateDocument(jobs, known, { withErrors: true }))}\n`
      : listedJobs(jobs, known, now()),
  );
  return 0;
}

async function askForNagios({ jobs, states, now }: Crontabber): Promise<number> {
  const { code, line } = nagiosAnswer(crontabberHealth(jobs, await statesByName(states), now()));
  process.stdout.write(`${line}\n`);
  return code;
}

async function auditGhosts({ jobs, states }: Crontabber): Promise<number> {
  for (const { name } of await states.list())
    if (!jobs.some(({ job }) => job.name === name)) process.stdout.write(`${name}\n`);
  return 0;
}

/** Also forgets one that is in the list no more. */
async function resetJob({ jobs, states }: Crontabber, name: string): Promise<number> {
  const wasKnown = await states.reset(findJob(jobs, name)?.job.name ?? name);
  if (!wasKnown) named(jobs, name);
  process.stdout.write(wasKnown ? `${name} is as if it had never run\n` : `${name} had never run\n`);
  return 0;
}

async function markSuccess({ jobs, states, now }: Crontabber, name: string): Promise<number> {
  const scheduled = named(jobs, name);
  const state = (await statesByName(states)).get(scheduled.job.name) ?? neverRun(scheduled.job.name);
  const at = now();
  const marked = succeeded(scheduled, state, { window: latest(at, scheduled.timetable), startedAt: at });
  const isMarked = await states.overwrite(marked);
  process.stdout.write(`${name}${isMarked ? " counts as having run well" : ": ongoing"}\n`);
  return isMarked ? 0 : ONGOING;
}

async function runJobs(crontabber: Crontabber, { job, force = false }: CrontabberOptions): Promise<number> {
  const interruption = interruptible();
  const { signal } = interruption;
  try {
    const outcomes =
      job === undefined
        ? await runDueJobs(crontabber, signal)
        : await runNamed(crontabber, named(crontabber.jobs, job), { force, signal });
    for (const [name, outcome] of outcomes)
      if (outcome.kind !== "not due" || job !== undefined)
        process.stdout.write(`${name}: ${shown(outcome)}\n`);
    if (signal.aborted) return 130;
    const kinds = [...outcomes.values()].map(({ kind }) => kind);
    if (kinds.includes("failed")) return 1;
    return job !== undefined && kinds.includes("ongoing") ? ONGOING : 0;
  } finally {
    interruption.end();
  }
}

/** One that failed is tried again at once: whoever names it has mended what was wrong. */
async function runNamed(
  crontabber: Crontabber,
  scheduled: ScheduledJob,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, JobOutcome>> {
  const { name } = scheduled.job;
  const hasFailed = Boolean((await statesByName(crontabber.states)).get(name)?.lastError);
  const ignore = force ? { ignore: "everything" as const } : hasFailed ? { ignore: "time" as const } : {};
  return new Map([[name, await runJob(crontabber, scheduled, { signal, ...ignore })]]);
}

function named(jobs: readonly ScheduledJob[], name: string): ScheduledJob {
  const found = findJob(jobs, name);
  if (found) return found;
  const known = jobs.map(({ job }) => job.name).join(", ");
  throw new BadArgument(`There is no job "${name}". Known: ${known || "none"}.`);
}

function shown(outcome: JobOutcome): string {
  switch (outcome.kind) {
    case "ran":
      return outcome.runs === 1 ? "ran" : `ran ${outcome.runs} times`;
    case "failed":
      return "failed; --list-jobs shows why";
    case "waits":
      return `waits for ${outcome.dependencies.join(", ")}`;
    case "not due":
    case "ongoing":
    case "stopped":
      return outcome.kind;
  }
}
