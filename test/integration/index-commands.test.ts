import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { concurrently } from "#lib/core/concurrently";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { planOf } from "#lib/search/conformance";
import { openSearchEngine } from "#lib/search/registry";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { runCommand, startCommand } from "#test/run-command";
import { temporaryDataDirectory } from "#test/server-process";

const url = inject("elasticsearchUrl");
const template = ownIndexTemplate();
const prefix = template.replace("%Y%W", "");
const week = `${prefix}202647`;
const ELASTICSEARCH = { ELASTICSEARCH_URL: url, ELASTICSEARCH_INDEX: template };
const CRASHES = 1_600;
/** What is asked before and after: the answers have to be the same. */
const QUERIES = [
  "_facets=signature&_facets=product&_sort=uuid&_columns=uuid&_columns=url",
  "signature=~3&_aggs.product=version&_results_number=0",
  "uptime=>=500&_histogram.date=product&_sort=-uptime&_sort=uuid&_columns=uptime",
  "url=~crash&_results_number=0&_cardinality.signature=1",
];

/** Each command is a process of its own. */
const LONG_MS = 300_000;

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
beforeEach(async () => (data = await temporaryDataDirectory()));
afterEach(() => data.remove());
afterAll(() => removeIndices(url, template));

const send = async (method: string, path: string, body?: string) => {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { "content-type": "application/x-ndjson" },
    ...(body === undefined ? {} : { body }),
  });
  return (await response.json()) as Record<string, unknown>;
};

const crashOf = (number: number) => {
  const date = new Date(Date.UTC(2026, 10, 23, 0, 0, number * 40));
  const uuid = newCrashId(date, crypto.randomUUID(), 0);
  return {
    uuid,
    date_processed: date.toISOString(),
    signature: `f${number % 17}`,
    product: number % 3 ? "Kestrel" : "Firefox",
    version: `${number % 5}.0`,
    uptime: number,
    url: `https://crash/${number}`,
  };
};

/** A storage of crashes whose index holds them, and the settings for commands over both. */
async function filled(settings: Readonly<Record<string, string>>, composition: string) {
  const surroundings = {
    dataDirectory: data.path,
    elasticsearchUrl: settings.ELASTICSEARCH_URL ?? "",
    elasticsearchIndex: settings.ELASTICSEARCH_INDEX ?? "",
  };
  const storage = await openCrashStorage("fs-permanent", surroundings);
  const ids: CrashId[] = [];
  await concurrently(Array.from({ length: CRASHES }).keys(), { limit: 32 }, async (number) => {
    const crash = crashOf(number);
    const raw = { uuid: crash.uuid, submitted_timestamp: crash.date_processed };
    await storage.saveRaw({ id: crash.uuid, raw, dumps: new Map() });
    await storage.saveProcessed(crash);
    ids.push(crash.uuid);
  });
  await storage.close();
  return { settings: { ...settings, CRASHSTORAGE: composition }, surroundings, ids };
}

async function answers(surroundings: Parameters<typeof openSearchEngine>[0]) {
  const engine = await openSearchEngine(surroundings);
  const found: unknown[] = [];
  for (const query of QUERIES) {
    const { hits, total, facets } = await engine.search(planOf(query));
    found.push({ hits, total, facets });
  }
  await engine.close();
  return found;
}

/** Starts a command again and again, and kills it as soon as it has got further. */
async function killedTimes(
  times: number,
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
  progressOf: () => Promise<number>,
): Promise<void> {
  for (let kill = 0; kill < times; kill += 1) {
    const before = await progressOf();
    const run = startCommand(data.path, command, { settings });
    await expect.poll(progressOf, { timeout: 90_000, interval: 5 }).toBeGreaterThan(before);
    run.process.kill("SIGKILL");
    await run.ended;
  }
}

describe("crash-stats reindex", () => {
  it.each([
    ["DuckDB", {}, "fs-permanent"],
    ["Elasticsearch", ELASTICSEARCH, "fs-permanent"],
    [
      "Elasticsearch where a store keeps crashes in the index",
      ELASTICSEARCH,
      "poly(fs-permanent, elasticsearch)",
    ],
  ] as const)(
    "fills a lost index of %s, also when it is killed on the way",
    async (_, engine, composition) => {
      const { settings, surroundings, ids } = await filled(engine, composition);
      const first = await runCommand(data.path, ["reindex", "--all", "--json"], { settings });
      expect(first.stderr).toContain("Listing");
      expect(JSON.parse(first.stdout)).toEqual({
        outcomes: { indexed: CRASHES, "without processed crash": 0 },
        failures: [],
        interrupted: false,
      });
      // A store leaves it to Elasticsearch when what it saves is found.
      await expect
        .poll(async () => (await answers(surroundings))[0], { timeout: 30_000 })
        .toMatchObject({ total: CRASHES });
      const expected = await answers(surroundings);
      if (surroundings.elasticsearchUrl === "") await rm(join(data.path, "search.duckdb"));
      else await send("DELETE", week);
      const position = async () => {
        const [file] = (await readdir(join(data.path, "reindex"))).filter((name) =>
          name.endsWith(".position"),
        );
        return file === undefined ? 0 : Number(await readFile(join(data.path, "reindex", file), "utf8"));
      };
      await killedTimes(2, ["reindex", "--all", "--jobs", "1"], settings, position);
      const last = await runCommand(data.path, ["reindex", "--all", "--json"], { settings });
      expect(last.stderr).toMatch(/Going on after the \d+ crashes/);
      expect(last.code).toBe(0);
      await expect.poll(() => answers(surroundings), { timeout: 30_000 }).toEqual(expected);
      if (composition.includes("elasticsearch")) {
        const store = await openCrashStorage("elasticsearch", surroundings);
        for (const id of ids.slice(0, 3))
          expect(await store.getUnredactedProcessed(id)).toMatchObject({ uuid: id });
        await store.close();
      }
      await send("DELETE", `${prefix}*`);
    },
    LONG_MS,
  );

  it("takes crash ids and days, and says what has no processed crash", async () => {
    const { settings, surroundings, ids } = await filled({}, "fs-permanent");
    const unknown = newCrashId(new Date("2026-11-23T00:00:00Z"), crypto.randomUUID(), 0);
    const some = await runCommand(data.path, ["reindex"], {
      settings,
      input: `${ids.slice(0, 5).join("\n")}\n${unknown}`,
    });
    expect(some).toMatchObject({ code: 0, stdout: "5 indexed, 1 without processed crash, 0 failed\n" });
    const none = await runCommand(data.path, ["reindex", "--from", "2026-11-24", "--to", "2026-11-30"], {
      settings,
    });
    expect(none).toMatchObject({ code: 0, stdout: "0 indexed, 0 without processed crash, 0 failed\n" });
    const engine = await openSearchEngine(surroundings);
    expect(await engine.count()).toBe(5);
    const refused = await runCommand(data.path, ["reindex", "--all"], { settings });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is in use by process \d+.*Nothing was indexed/);
    await engine.close();
  });
});

describe("crash-stats es", () => {
  it("says of the embedded engine why it has no indices", async () => {
    const { code, stderr } = await runCommand(data.path, ["es", "list"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ELASTICSEARCH_URL is not set");
  });

  it(
    "makes, lists, shows and deletes indices",
    async () => {
      const es = (...words: readonly string[]) =>
        runCommand(data.path, ["es", ...words], { settings: ELASTICSEARCH });
      const created = JSON.parse(
        (await es("create", "--weeks-past", "1", "--weeks-future", "0", "--json")).stdout,
      ) as {
        readonly name: string;
      }[];
      expect(created.length).toBe(2);
      const listed = await es("list");
      for (const { name } of created)
        expect(listed.stdout).toMatch(new RegExp(`^${name} .* current  serving$`, "m"));
      const id = newCrashId(new Date("2026-11-23T00:00:00Z"), crypto.randomUUID(), 0);
      await send("PUT", `${created[0]?.name ?? ""}/_doc/${id}`, `{"crash_id":"${id}"}`);
      expect(JSON.parse((await es("document", id)).stdout)).toEqual({
        index: created[0]?.name,
        source: { crash_id: id },
      });
      expect((await es("mapping", created[0]?.name ?? "")).stdout).toContain("processed_crash");
      expect((await es("mapping")).stdout).toContain("processed_crash");
      const names = created.map(({ name }) => name);
      expect(await es("delete", ...names)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("--yes") as string,
      });
      expect(await es("delete", `${prefix}199901`, "--yes")).toMatchObject({ code: 1 });
      expect((await es("delete", ...names, "--yes")).code).toBe(0);
      expect(JSON.parse((await es("list", "--json")).stdout)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "reindex that is killed again and again ends as if it had not been, and leaves nothing behind",
    async () => {
      const mappings = { _meta: { mapping: "earlier" }, dynamic: false };
      await send("PUT", week, JSON.stringify({ mappings }));
      const lines = Array.from({ length: 8_000 }, (_, number) => {
        const { uuid, ...crash } = crashOf(number);
        const source = { crash_id: uuid, processed_crash: { uuid, ...crash } };
        return `{"index":{"_id":"${uuid}"}}\n${JSON.stringify(source)}\n`;
      });
      await send("POST", `${week}/_bulk?refresh=true`, lines.join(""));
      const copied = async () => {
        await send("POST", `${week}-g2/_refresh`);
        return Number((await send("GET", `${week}-g2/_count`)).count ?? 0);
      };
      await killedTimes(3, ["es", "reindex"], ELASTICSEARCH, copied);
      const { code, stdout } = await runCommand(data.path, ["es", "reindex", "--json"], {
        settings: ELASTICSEARCH,
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ renewed: [week], failures: [] });
      const list = await runCommand(data.path, ["es", "list", "--json"], { settings: ELASTICSEARCH });
      expect(JSON.parse(list.stdout)).toMatchObject([
        {
          name: week,
          index: `${week}-g2`,
          generation: 2,
          documents: 8_000,
          mappingIsCurrent: true,
          state: "serving",
        },
      ]);
      expect((await send("GET", `${week}/_count`)).count).toBe(8_000);
      await send("DELETE", `${week}-g2`);
    },
    LONG_MS,
  );
});
