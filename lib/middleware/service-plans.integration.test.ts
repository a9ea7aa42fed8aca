import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { processedCrashRoute, rawCrashRoute, crashVerifyRoute } from "#lib/api/routes/crash-data";
import { superSearchRoute } from "#lib/api/routes/super-search";
import { searchDocument } from "#lib/fields/document";
import { openSearchEngine, type SearchSettings } from "#lib/search/registry";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";

const elasticsearchUrl = inject("elasticsearchUrl");
const elasticsearchIndex = ownIndexTemplate();
const submitted = new Date();
const crash = (signature: string) => {
  const id = newCrashId(submitted, crypto.randomUUID(), 0);
  return {
    id,
    raw: { uuid: id, submitted_timestamp: submitted.toISOString(), ProductName: signature },
    processed: processedCrash(id, signature),
  };
};
const processedCrash = (uuid: CrashId, signature: string) => ({
  uuid,
  signature,
  date_processed: submitted.toISOString(),
});
const [here, there] = [crash("here"), crash("there")];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "elsewhere-"));
  await writeFile(join(directory, "dump"), "MDMP there");
  const storage = await openCrashStorage(oldStore(), { dataDirectory: directory });
  const dumps = new Map([[MAIN_DUMP, { path: join(directory, "dump"), sizeBytes: 10 }]]);
  await storage.saveRaw({ id: there.id, raw: there.raw, dumps });
  await storage.saveProcessed(there.processed);
  await storage.close();
  for (const settings of [
    { dataDirectory: directory },
    { dataDirectory: directory, elasticsearchUrl, elasticsearchIndex },
  ] satisfies readonly SearchSettings[]) {
    const engine = await openSearchEngine(settings);
    await engine.index([searchDocument(there.processed)]);
    await engine.close();
  }
});
afterAll(async () => {
  await removeIndices(elasticsearchUrl, elasticsearchIndex);
  await rm(directory, { recursive: true, force: true });
});

const oldStore = () => `fs-radix-tree(${directory}/old)`;

/** An API whose own store and index have the crash that is here. */
async function withApi<T>(setting: string, work: (api: TestApi) => Promise<T>): Promise<T> {
  const api = await openApi({ MIDDLEWARE_SERVICES: setting });
  try {
    await api.services.storage.saveRaw({ id: here.id, raw: here.raw, dumps: new Map() });
    await api.services.storage.saveProcessed(here.processed);
    await api.services.search.index([searchDocument(here.processed)]);
    return await work(api);
  } finally {
    await api.close();
  }
}

async function signaturesFound(api: TestApi): Promise<readonly unknown[]> {
  const answer = await api.call(superSearchRoute, { query: "_columns=signature&_facets_size=0" });
  const { hits } = (await bodyOf(answer)) as { hits: readonly { signature: string }[] };
  return hits.map(({ signature }) => signature);
}

const readable = async (api: TestApi, { id }: typeof here) =>
  Promise.all(
    [processedCrashRoute, rawCrashRoute].map(
      async (route) => (await api.call(route, { query: `crash_id=${id}` })).status,
    ),
  );

it("without the setting all is read where it is written", () =>
  withApi("", async (api) => {
    expect(await signaturesFound(api)).toEqual(["here"]);
    expect([await readable(api, here), await readable(api, there)]).toEqual([
      [200, 200],
      [404, 404],
    ]);
  }));

it("crashes are read from another storage, dumps too, while searches stay", () =>
  withApi(`crash_data=${oldStore()}`, async (api) => {
    expect(await signaturesFound(api)).toEqual(["here"]);
    expect([await readable(api, here), await readable(api, there)]).toEqual([
      [404, 404],
      [200, 200],
    ]);
    const dump = await api.call(rawCrashRoute, {
      query: `crash_id=${there.id}&format=raw`,
      token: await api.tokenFor("view_rawdump"),
    });
    expect(await dump.text()).toBe("MDMP there");
    expect(await bodyOf(await api.call(crashVerifyRoute, { query: `crash_id=${there.id}` }))).toMatchObject({
      raw_crash: true,
      elasticsearch_crash: false,
    });
  }));

it.each([
  ["another folder", () => `duckdb(${directory})`],
  ["another server", () => `elasticsearch(url=${elasticsearchUrl}, index=${elasticsearchIndex})`],
])("searches go to the engine of %s, while crashes stay", (_, engine) =>
  withApi(`super_search=${engine()}`, async (api) => {
    expect(await signaturesFound(api)).toEqual(["there"]);
    expect(await readable(api, here)).toEqual([200, 200]);
  }),
);

it("each service goes its own way", () =>
  withApi(`crash_data=${oldStore()}, super_search=duckdb(${directory})`, async (api) => {
    expect(await signaturesFound(api)).toEqual(["there"]);
    expect(await readable(api, there)).toEqual([200, 200]);
  }));

it("nothing is opened when a service cannot be pointed where the setting says", async () => {
  for (const setting of ["bugs=null", "crash_data=nowhere", "super_search=duckdb"])
    await expect(openApi({ MIDDLEWARE_SERVICES: setting })).rejects.toMatchObject({
      code: "bad_setting",
      message: expect.stringMatching(/^MIDDLEWARE_SERVICES: /) as string,
    });
});
