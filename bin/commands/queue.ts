import { resolve } from "node:path";
import { Command, Option } from "commander";
import { loadConfig } from "#lib/config/config";
import { BadArgument } from "#lib/core/errors";
import { RULESET_NAMES } from "#lib/processor/rulesets";
import { parseQueueName, QUEUE_NAMES, type CrashQueue } from "#lib/queue/queue";
import { openCrashQueue } from "#lib/queue/registry";
import { givenCrashIds, IDS_ARGUMENT } from "../crash-ids";
import { EXIT_CODES, positiveNumber } from "../each-crash";

const QUEUE_ARGUMENT = `${QUEUE_NAMES.join(", ")}, or as Socorro calls them: socorro.normal, …`;

/** How many tasks are published at once. */
const BATCH = 1000;

/** `crash-stats queue`: what waits to be processed. */
export function queueCommand(): Command {
  const list = new Command("list")
    .description("print how many crashes wait in each queue, and how many are being worked on")
    .option("--json", "print JSON")
    .addHelpText("after", EXIT_CODES)
    .action(listQueues);
  const peek = new Command("peek")
    .description("print the crash ids that wait in a queue, oldest first, and leave them there")
    .argument("<queue>", QUEUE_ARGUMENT)
    .option("--limit <number>", "how many", positiveNumber, 100)
    .option("--json", "print JSON, with the rulesets")
    .addHelpText("after", EXIT_CODES)
    .action(peekQueue);
  return new Command("queue")
    .description("look at the queues of the setting CRASHQUEUE_URL, and fill them")
    .addCommand(list)
    .addCommand(peek)
    .addCommand(publishCommand("publish"));
}

/** `crash-stats add-crashid-to-queue`: `queue publish` by the name that it has in Socorro. */
export function addCrashidToQueueCommand(): Command {
  return publishCommand("add-crashid-to-queue");
}

function publishCommand(name: string): Command {
  const ruleset = new Option("--ruleset <name>", "by which the crashes are processed");
  return new Command(name)
    .description("put crash ids into a queue; processing them wants their crashes in the crash storage")
    .argument("<queue>", QUEUE_ARGUMENT)
    .argument("[ids...]", IDS_ARGUMENT)
    .addOption(ruleset.choices(RULESET_NAMES).default("default"))
    .addHelpText("after", EXIT_CODES)
    .action(publish);
}

async function listQueues({ json }: { readonly json?: boolean }): Promise<void> {
  const depths = await withQueue((queue) => queue.depths());
  const lines = QUEUE_NAMES.map((name) => {
    const { waiting, taken } = depths[name];
    return `${name.padEnd(14)}${String(waiting).padStart(8)} waiting${String(taken).padStart(8)} taken\n`;
  });
  process.stdout.write(json ? `${JSON.stringify(depths)}\n` : lines.join(""));
}

async function peekQueue(
  text: string,
  { limit, json }: { readonly limit: number; readonly json?: boolean },
): Promise<void> {
  const name = parseQueueName(text);
  const tasks = await withQueue((queue) => {
    if (!queue.peek) throw new BadArgument(`The queue ${queue.name} cannot be looked into without taking.`);
    return queue.peek(name, limit);
  });
  process.stdout.write(json ? `${JSON.stringify(tasks)}\n` : tasks.map(({ id }) => `${id}\n`).join(""));
}

async function publish(
  text: string,
  given: readonly string[],
  { ruleset }: { readonly ruleset: string },
): Promise<void> {
  const name = parseQueueName(text);
  const ids = await givenCrashIds(given);
  await withQueue(async (queue) => {
    for (let start = 0; start < ids.length; start += BATCH)
      await queue.publish(
        name,
        ids.slice(start, start + BATCH).map((id) => ({ id, ruleset })),
      );
  });
  process.stdout.write(`${ids.length} put into ${name}\n`);
}

async function withQueue<T>(work: (queue: CrashQueue) => Promise<T>): Promise<T> {
  const { config } = loadConfig();
  const queue = await openCrashQueue(config.crashQueueUrl, resolve(config.dataDirectory));
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}
