import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { openSearchEngine } from "#lib/search/registry";
import { parseSearch } from "#lib/search/plan/parameters";
import { parametersOf } from "#lib/search/plan/request";
import { anonymous } from "#lib/core/viewer";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

const elasticsearchUrl = inject("elasticsearchUrl");
const elasticsearchIndex = ownIndexTemplate();
let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
beforeAll(async () => (data = await temporaryDataDirectory()));
afterAll(async () => {
  await data.remove();
  await removeIndices(elasticsearchUrl, elasticsearchIndex);
});

async function serving<T>(storage: string, work: (server: ServerProcess) => Promise<T>): Promise<T> {
  const server = await startServerProcess(data.path, {
    ELASTICSEARCH_URL: elasticsearchUrl,
    ELASTICSEARCH_INDEX: elasticsearchIndex,
    CRASHSTORAGE: storage,
  });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

it("crashes are found and read where the store keeps them in the search index, and where it does not", async () => {
  const settings = { dataDirectory: data.path, elasticsearchUrl, elasticsearchIndex };
  const [engine, store] = [
    await openSearchEngine(settings),
    await openCrashStorage("elasticsearch", settings),
  ];
  const folder = `fs-permanent(${join(data.path, "crashes")})`;
  const found = async () => {
    const parameters = parametersOf(new URLSearchParams("product=Kestrel&_columns=uuid&_sort=date"));
    const { plan } = parseSearch(parameters, { now: new Date(), viewer: anonymous, mode: "public" });
    return (await engine.search(plan)).hits.map(({ uuid }) => uuid);
  };
  const sendTo = (server: ServerProcess) =>
    submit(server.url, { ProductName: "Kestrel", Version: "130.0" }, "segfault");

  const kept = await serving(`poly(${folder}, elasticsearch)`, async (server) => {
    const id = await sendTo(server);
    await expect.poll(found, { timeout: 90_000 }).toEqual([id]);
    return id;
  });
  expect(await store.getUnredactedProcessed(kept)).toMatchObject({ uuid: kept, product: "Kestrel" });

  await serving(folder, async (server) => {
    const id = await sendTo(server);
    await expect.poll(found, { timeout: 90_000 }).toEqual([kept, id]);
    await expect(store.getUnredactedProcessed(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
  expect(await store.getUnredactedProcessed(kept)).toMatchObject({ uuid: kept });
  for (const each of [engine, store]) await each.close();
});
