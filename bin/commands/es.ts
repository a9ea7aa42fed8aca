import { addWeeks } from "date-fns";
import { Command } from "commander";
import { loadConfig } from "#lib/config/config";
import { parseCrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import type { IndexAdministration } from "#lib/search/index-administration";
import { openIndexAdministration } from "#lib/search/registry";
import { isConfirmed } from "../confirmation";
import { EXIT_CODES, wholeNumber } from "../each-crash";
import { reindexIndices } from "../reindex-indices";

const INDICES = "names of indices, as es list prints them";

interface Printing {
  readonly json?: boolean;
}

/** `crash-stats es`: the indices of the search engine in Elasticsearch. */
export function esCommand(): Command {
  const es = new Command("es").description(
    "look after the indices of the search engine in Elasticsearch (ELASTICSEARCH_URL); the embedded engine has none",
  );
  const below = (name: string, description: string) =>
    es.command(name).description(description).addHelpText("after", EXIT_CODES);
  below("list", "print the indices: documents, size, generation, and whether the mapping is that of today")
    .option("--json", "print JSON")
    .action(listIndices);
  below("create", "make the indices of the weeks around today; those that are there get the fields they lack")
    .option("--weeks-past <number>", "how many weeks back", wholeNumber, 2)
    .option("--weeks-future <number>", "how many weeks ahead", wholeNumber, 2)
    .option("--json", "print JSON")
    .action(createIndices);
  below("mapping", "print a mapping as JSON")
    .argument("[index]", "the name of an index; without it, the mapping that new indices get")
    .action(printMapping);
  below("document", "print what is indexed of a crash as JSON: unredacted, protected fields included")
    .argument("<id>", "a crash id, with or without bp-")
    .action(printDocument);
  below(
    "reindex",
    "make indices anew with the mapping of today, each as a new generation that takes over its name; searches and writes go on meanwhile, and a run that was broken off is simply run again",
  )
    .argument("[indices...]", `${INDICES}; without any, all whose mapping is not that of today`)
    .option("--json", "print the summary as JSON")
    .action((names: readonly string[], { json = false }: Printing) =>
      withIndices((indices) => reindexIndices(indices, names, json)),
    );
  below("delete", "delete indices with all their generations; their crashes are not found any more")
    .argument("<indices...>", `${INDICES}; that of a generation that is being built deletes only that`)
    .option("--yes", "do not ask; needed where nobody can be asked")
    .option("--json", "print JSON")
    .action(deleteIndices);
  return es;
}

function listIndices({ json }: Printing): Promise<void> {
  return withIndices(async (indices) => {
    const states = await indices.list();
    const rows = states.map(({ index, generation, state, documents, sizeBytes, mappingIsCurrent }) => [
      index,
      String(generation),
      String(documents),
      String(sizeBytes),
      mappingIsCurrent ? "current" : "older",
      state,
    ]);
    const head = ["index", "generation", "documents", "bytes", "mapping", "state"];
    process.stdout.write(json ? `${JSON.stringify(states)}\n` : table([head, ...rows]));
  });
}

/** Numbers end at the same place, and text begins there. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cell = (text: string, column: number) =>
    [1, 2, 3].includes(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `${row.map(cell).join("  ").trimEnd()}\n`).join("");
}

interface Creating extends Printing {
  readonly weeksPast: number;
  readonly weeksFuture: number;
}

function createIndices({ weeksPast, weeksFuture, json }: Creating): Promise<void> {
  return withIndices(async (indices) => {
    const now = new Date();
    const made = await indices.create(addWeeks(now, -weeksPast), addWeeks(now, weeksFuture));
    const lines = made.map(({ name, isNew }) => `${name}  ${isNew ? "created" : "there already"}\n`);
    process.stdout.write(json ? `${JSON.stringify(made)}\n` : lines.join(""));
  });
}

function printMapping(name?: string): Promise<void> {
  return withIndices(async (indices) => {
    const mapping = await indices.mapping(name);
    if (!mapping)
      throw new BadArgument(`There is no index ${name ?? ""}. "crash-stats es list" prints their names.`);
    process.stdout.write(`${JSON.stringify(mapping, null, 2)}\n`);
  });
}

function printDocument(text: string): Promise<void> {
  return withIndices(async (indices) => {
    const id = parseCrashId(text);
    if (id === null) throw new BadArgument(`"${text}" is not a crash id.`);
    const document = await indices.document(id);
    if (!document) throw new BadArgument(`The crash ${id} is not in the search index.`);
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  });
}

function deleteIndices(
  names: readonly string[],
  { yes, json }: Printing & { readonly yes?: boolean },
): Promise<void> {
  return withIndices(async (indices) => {
    const known = (await indices.list()).flatMap(({ name, index }) => [name, index]);
    const strange = names.filter((name) => !known.includes(name));
    if (strange.length > 0)
      throw new BadArgument(`There is no index ${strange.join(", ")}. Nothing was removed.`);
    if (!yes && !(await isConfirmed(`Delete ${names.join(", ")} for good?`))) {
      process.stderr.write("Nothing was removed.\n");
      process.exitCode = 1;
      return;
    }
    for (const name of names) await indices.delete(name);
    const lines = names.map((name) => `${name}  deleted\n`);
    process.stdout.write(json ? `${JSON.stringify({ deleted: names })}\n` : lines.join(""));
  });
}

async function withIndices(work: (indices: IndexAdministration) => Promise<void>): Promise<void> {
  const { config } = loadConfig();
  const indices = await openIndexAdministration(config);
  try {
    await work(indices);
  } finally {
    await indices.close();
  }
}
