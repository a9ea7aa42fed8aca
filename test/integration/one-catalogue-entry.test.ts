import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import { searchDocument } from "#lib/fields/document";
import { openSearchEngine, type SearchSettings } from "#lib/search/registry";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";

/** The one thing that is done for a new field. */
const ENTRY = 'integer("freshly_added", "How fresh it is.", { annotation: "FreshlyAdded", choices: ["7"] }),';

const now = new Date();
const uuid = newCrashId(now, crypto.randomUUID(), 0);
const older = newCrashId(now, crypto.randomUUID(), 0);
const date = now.toISOString();

/** Run by a tree that has the entry, and no other change. */
const PROGRAM = `
import { FILTER_NAMES } from "#lib/api/routes/search-input";
import { anonymous } from "#lib/core/viewer";
import { searchFields } from "#lib/fields/describe-fields";
import { searchDocument } from "#lib/fields/document";
import { redactProcessedCrash, redactRawCrash } from "#lib/fields/redact";
import { answerCache } from "#lib/middleware/answer-cache";
import { searchReader } from "#lib/middleware/search-reader";
import { superSearch } from "#lib/middleware/super-search";
import { copyAnnotations } from "#lib/processor/rules/report";
import { formFields } from "#lib/reports/search-page";
import { openSearchEngine } from "#lib/search/registry";

const { settings, uuid, date } = JSON.parse(process.argv[2]);
const raw = { uuid, submitted_timestamp: date, FreshlyAdded: "7" };
const draft = {};
copyAnnotations.run({ raw, draft, dumps: new Map(), directory: "", now: new Date(), note: () => undefined });
const processed = { ...draft, uuid, date_processed: date, signature: "new" };
const since = "date=>=" + date;
const ask = since + "&freshly_added=>=7&_columns=freshly_added&_columns=signature&_sort=freshly_added&_facets=freshly_added&_facets=_histogram.freshly_added";
const answers = [];
for (const setting of settings) {
  const engine = await openSearchEngine(setting);
  const reader = searchReader(engine, answerCache({ sizeBytes: 0 }));
  await engine.index([searchDocument(processed, raw)]);
  const asking = { viewer: anonymous, now: new Date(Date.now() + 60_000) };
  answers.push(await superSearch(reader, new URLSearchParams(ask), asking));
  answers.push(await superSearch(reader, new URLSearchParams(since + "&_query=freshly_added NOT EXISTS&_columns=signature&_facets_size=0"), asking));
  await engine.close();
}
process.stdout.write(JSON.stringify({
  answers,
  form: formFields({ viewer: anonymous }).find(({ name }) => name === "freshly_added"),
  described: searchFields().freshly_added,
  isParameter: FILTER_NAMES.includes("freshly_added"),
  shown: [redactRawCrash(raw, anonymous).FreshlyAdded, redactProcessedCrash(processed, anonymous).freshly_added],
}));
`;

describe("one entry of the catalogue and nothing else", () => {
  const url = inject("elasticsearchUrl");
  const template = ownIndexTemplate();
  let directory: string;
  let told: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "one-entry-"));
    await symlink(join(process.cwd(), "node_modules"), join(directory, "node_modules"));
    const embedded: SearchSettings = { dataDirectory: directory };
    const settings = [embedded, { ...embedded, elasticsearchUrl: url, elasticsearchIndex: template }];
    for (const setting of settings) {
      const engine = await openSearchEngine(setting);
      await engine.index([searchDocument({ uuid: older, date_processed: date, signature: "old" })]);
      await engine.close();
    }
    const program = join(directory, "program.mjs");
    await bundleWithEntry(program);
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      JSON.stringify({ settings, uuid, date }),
    ]);
    told = JSON.parse(stdout) as typeof told;
  });
  afterAll(async () => {
    await removeIndices(url, template);
    await rm(directory, { recursive: true, force: true });
  });

  it("make a field that is filter, column, order, facet and histogram, in an index from before, too", () => {
    const found = {
      hits: [{ freshly_added: 7, signature: "new" }],
      total: 1,
      facets: {
        freshly_added: [{ term: 7, count: 1 }],
        histogram_freshly_added: [{ term: 7, count: 1 }],
      },
      errors: [],
    };
    const without = { hits: [{ signature: "old" }], total: 1, facets: {}, errors: [] };
    expect(told.answers).toEqual([found, without, found, without]);
  });

  it("make it known to form, parameters and the description of fields", () => {
    expect(told).toMatchObject({
      form: { name: "freshly_added", label: "freshly added", query: "integer", choices: ["7"] },
      described: {
        query_type: "integer",
        description: "How fresh it is.",
        storage_mapping: { type: "integer" },
      },
      isParameter: true,
    });
  });

  it("let everybody see it in both documents when it is public", () => {
    expect(told.shown).toEqual(["7", 7]);
  });
});

async function bundleWithEntry(outfile: string): Promise<void> {
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: "ts" },
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    plugins: [
      {
        name: "one entry more",
        setup(building) {
          building.onLoad({ filter: /fields\/catalogue\/stack\.ts$/ }, async ({ path }) => {
            const content = await readFile(path, "utf8");
            return { contents: content.replace("] as const;", `${ENTRY}\n] as const;`), loader: "ts" };
          });
        },
      },
    ],
  });
}
