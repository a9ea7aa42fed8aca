import { once } from "node:events";
import { Command } from "commander";
import { generateSignature } from "#lib/signature/generate";
import { listsInEffect, SIGLISTS_OPTION } from "../lists-in-effect";
import { readCrashes } from "../read-crashes";

interface SignifyOptions {
  readonly siglists?: string;
  readonly verbose?: boolean;
}

/** `crash-stats signify`: signatures of crash data on the standard input. */
export function signifyCommand(): Command {
  return new Command("signify")
    .description(
      "make signatures of crash data or processed crashes, read as JSON from the standard input: one crash, or any number as one a line",
    )
    .option("--siglists <folder>", SIGLISTS_OPTION)
    .option("-v, --verbose", "print the debug log, too")
    .action(signify);
}

async function signify({ siglists, verbose = false }: SignifyOptions): Promise<void> {
  const lists = await listsInEffect(siglists);
  const onBadLine = (message: string) => {
    process.stderr.write(`WARNING: ${message}\n`);
    process.exitCode = 1;
  };
  for await (const { data, isLine } of readCrashes(process.stdin, onBadLine)) {
    const { signature, notes, debugLog, extra } = generateSignature(data, lists);
    const made = { signature, proto_signature: extra.proto_signature ?? "", notes };
    if (isLine) await print(`${JSON.stringify(verbose ? { ...made, debug_log: debugLog } : made)}\n`);
    else {
      if (verbose) await print(debugLog.map((line) => `${line}\n`).join(""));
      await print(`${JSON.stringify(made, null, 2)}\n`);
    }
  }
}

/** Reads no faster than what is made of it is read. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
