import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadSetting } from "#lib/core/errors";
import { copyCrash } from "#lib/crashstorage/copy-crash";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { progress } from "../progress";

interface CopyCrashesOptions {
  readonly from?: string;
  readonly to: string;
}

/** `crash-stats copy-crashes`: crashes from one store to another. */
export function copyCrashesCommand(): Command {
  return new Command("copy-crashes")
    .description(
      "copy crashes from one crash storage to another and read each copy back; what is there already is left alone, so a copy that was broken off is simply run again",
    )
    .argument("[ids...]", "crash ids; without any they are read from the standard input")
    .option("--from <storage>", "as CRASHSTORAGE is written; that setting unless given")
    .requiredOption("--to <storage>", "as CRASHSTORAGE is written")
    .action(copyCrashes);
}

async function copyCrashes(
  given: readonly string[],
  { from: source, to: target }: CopyCrashesOptions,
): Promise<void> {
  const { config } = loadConfig();
  const ids = crashIds(given.length > 0 ? given : (await text(process.stdin)).split(/\s+/).filter(Boolean));
  const from = await openCrashStorage(source ?? config.crashStorage, config);
  const to = await openCrashStorage(target, config);
  const outcomes = { copied: 0, "there already": 0 };
  const failures: string[] = [];
  const copying = progress("Copying crashes", ids.length);
  for (const id of ids) {
    await copyCrash(id, { from, to, temporaryDirectory: tmpdir() }).then(
      (outcome) => (outcomes[outcome] += 1),
      (error: unknown) =>
        failures.push(`${id}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`),
    );
    copying.advance();
  }
  copying.finish();
  await Promise.all([from.close(), to.close()]);
  process.stdout.write(
    `${outcomes.copied} copied, ${outcomes["there already"]} there already, ${failures.length} failed\n`,
  );
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
}

function crashIds(texts: readonly string[]): readonly CrashId[] {
  return texts.map((text) => {
    const id = parseCrashId(text);
    if (!id) throw new BadSetting(`"${text}" is not a crash id. Nothing was copied.`);
    return id;
  });
}
