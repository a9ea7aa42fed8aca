import { text } from "node:stream/consumers";
import { Command, Option } from "commander";
import { wordsOf } from "../crash-ids";
import { listsInEffect, SIGLISTS_OPTION } from "../lists-in-effect";
import { apiHost, HOST_OPTION, openApi } from "../open-api";
import { remakeSignatures } from "../remake-signatures";
import { SIGNATURE_FORMATS, type SignatureFormatName } from "../signature-formats";

interface SignatureOptions {
  readonly host?: string;
  readonly siglists?: string;
  readonly format: SignatureFormatName;
  readonly verbose?: boolean;
  readonly differentOnly?: boolean;
}

/** `crash-stats signature`: signatures of a server's crashes, made anew. */
export function signatureCommand(): Command {
  const format = new Option("--format <name>", "how to print them");
  return new Command("signature")
    .description(
      "make signatures of a server's crashes anew and print them beside those that they have; the setting CRASHSTATS_API_TOKEN says who asks",
    )
    .argument(
      "[ids...]",
      "crash ids, with or without bp-, or addresses of reports; read from the standard input without any",
    )
    .option("--host <url>", HOST_OPTION)
    .option("--siglists <folder>", SIGLISTS_OPTION)
    .addOption(format.choices(Object.keys(SIGNATURE_FORMATS)).default("text"))
    .option("-v, --verbose", "print the debug log and the frames, too")
    .option("--different-only", "print only crashes whose signature is another")
    .action(signature);
}

async function signature(
  given: readonly string[],
  options: SignatureOptions,
  command: Command,
): Promise<void> {
  const words = given.length > 0 || process.stdin.isTTY ? given : wordsOf(await text(process.stdin));
  if (words.length === 0) {
    command.outputHelp();
    return;
  }
  const { loadConfig } = await import("#lib/config/config");
  const { config } = loadConfig();
  const isFine = await remakeSignatures({
    words,
    source: openApi(options.host, config),
    host: apiHost(options.host, config),
    siglists: await listsInEffect(options.siglists),
    format: SIGNATURE_FORMATS[options.format],
    verbose: options.verbose ?? false,
    differentOnly: options.differentOnly ?? false,
    print: (line) => process.stdout.write(line),
    warn: (line) => process.stderr.write(line),
  });
  if (!isFine) process.exitCode = 1;
}
