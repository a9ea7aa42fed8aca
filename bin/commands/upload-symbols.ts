import { constants, openAsBlob } from "node:fs";
import { access } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { Command } from "commander";
import { z } from "zod";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { Forbidden, StorageUnavailable } from "#lib/core/errors";
import { refuseFile } from "#lib/crash-data/copies-of-dumps";
import { uploadSymbols } from "#lib/middleware/upload-symbols";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";
import { SymbolsRefused } from "#lib/symbols/symbols-refused";
import type { UploadedFile } from "#lib/symbols/unpack-symbols";
import { apiHost } from "../open-api";

interface UploadOptions {
  readonly host?: string;
  readonly local?: boolean;
  readonly json?: boolean;
}

/** What the API answers. */
const ANSWER = z.object({
  symbols: z.array(
    z.object({
      file: z.string(),
      debug_file: z.string(),
      debug_id: z.string(),
      os: z.string(),
      architecture: z.string(),
    }),
  ),
  skipped: z.array(z.string()),
  queued: z.number(),
});
type Answer = z.infer<typeof ANSWER>;

/** `crash-stats upload-symbols`: symbols for crashes that wait for them. */
export function uploadSymbolsCommand(): Command {
  return new Command("upload-symbols")
    .description(
      "upload Breakpad symbols to a server and have the crashes that waited for them processed again; the setting CRASHSTATS_API_TOKEN says who uploads",
    )
    .argument("<files...>", ".sym files, or ZIP archives of them; all or none of them are taken")
    .option("--host <url>", "server that gets them; the one of the settings HOST and PORT unless given")
    .option(
      "--local",
      "put them into the data folder without a server, which must not be running where it has its database there",
    )
    .option("--json", "print the answer as JSON")
    .action(upload);
}

/** A file that is read when it is sent. */
interface File {
  readonly name: string;
  readonly content: Blob;
}

async function upload(paths: readonly string[], { host, local, json }: UploadOptions): Promise<void> {
  const { config } = loadConfig();
  const files = await Promise.all(paths.map(openFile));
  const answer = local ? await storeLocally(files, config) : await send(files, apiHost(host, config), config);
  if (json) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  for (const { file, debug_file, debug_id, os, architecture } of answer.symbols)
    process.stdout.write(`${file}: serves ${debug_file} ${debug_id} (${os} ${architecture})\n`);
  for (const name of answer.skipped) process.stdout.write(`${name}: skipped, it is no .sym file\n`);
  process.stdout.write(`${answer.queued} crashes are processed again\n`);
}

async function send(files: readonly File[], host: string, config: Config): Promise<Answer> {
  const form = new FormData();
  for (const { name, content } of files) form.append("symbols", content, name);
  const headers: Record<string, string> = config.apiToken === "" ? {} : { "Auth-Token": config.apiToken };
  const response = await fetch(`${host}/api/UploadSymbols/`, { method: "POST", body: form, headers }).catch(
    (cause: unknown) => {
      throw new StorageUnavailable(`${host} does not answer, or broke the upload off.`, { cause });
    },
  );
  const text = await response.text();
  if (response.ok) return ANSWER.parse(JSON.parse(text));
  const message = `${host} answered ${response.status}: ${text.trim().slice(0, 500)}`;
  if (response.status === 403) throw new Forbidden(message);
  throw new SymbolsRefused(message);
}

async function storeLocally(files: readonly File[], config: Config): Promise<Answer> {
  const open = await openServices(config, createLog(config.logLevel));
  try {
    const { symbols, skipped, queued } = await uploadSymbols(localFiles(files), open.services);
    return {
      symbols: symbols.map(({ name, module, os, architecture }) => ({
        file: name,
        debug_file: module.debugFile,
        debug_id: module.debugId,
        os,
        architecture,
      })),
      skipped: [...skipped],
      queued,
    };
  } finally {
    await open.close();
  }
}

async function openFile(path: string): Promise<File> {
  await access(path, constants.R_OK).catch((cause: unknown) => refuseFile(path, cause));
  return { name: basename(path), content: await openAsBlob(path) };
}

async function* localFiles(files: readonly File[]): AsyncGenerator<UploadedFile> {
  for (const { name, content } of files) {
    await Promise.resolve();
    // Web streams are iterable in Node; the types of the browser do not say so.
    yield { name, content: Readable.fromWeb(content.stream() as Parameters<typeof Readable.fromWeb>[0]) };
  }
}
