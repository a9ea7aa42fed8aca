import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { customQueryRoute } from "#lib/api/routes/custom-query";
import { PERMISSIONS } from "#lib/core/viewer";
import { CORPUS } from "#lib/search/corpus";
import { newCrashId } from "#lib/core/crash-id";
import { formatDate } from "#lib/core/time";
import { bodyOf, openApi, type TestApi } from "#test/api-harness";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";

const url = inject("elasticsearchUrl");
const template = ownIndexTemplate();
/** Not of the server's own, though its name begins alike. */
const foreign = template.replace("%Y%W", "private");
let api: TestApi;
let token: string;

beforeAll(async () => {
  api = await openApi({ ELASTICSEARCH_URL: url, ELASTICSEARCH_INDEX: template });
  token = await api.tokenFor(...PERMISSIONS);
  const now = new Date();
  const today = { uuid: newCrashId(now, crypto.randomUUID(), 0), date: formatDate(now), signature: "today" };
  await api.services.search.index([...CORPUS, today]);
  await fetch(`${url}/${foreign}/_doc/1?refresh=true`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ secret: "of somebody else" }),
  });
});
afterAll(async () => {
  await api.close();
  await removeIndices(url, template);
});

const ask = async (body: unknown, indices: readonly string[] = [], as: string | null = token) => {
  const form = new URLSearchParams({ query: typeof body === "string" ? body : JSON.stringify(body) });
  for (const name of indices) form.append("indices", name);
  const answer = await api.call(customQueryRoute, {
    form: form.toString(),
    ...(as !== null && { token: as }),
  });
  return { status: answer.status, body: await bodyOf(answer) };
};

it("is answered as Elasticsearch answers, with a plain total, of the last seven days or of all", async () => {
  const recent = await ask({ size: 1, _source: ["crash_id"] });
  expect(recent).toMatchObject({ status: 200, body: { timed_out: false, hits: { hits: [{ _score: 1 }] } } });
  const all = await ask({ size: 0, aggs: { n: { cardinality: { field: "crash_id" } } } }, ["ALL"]);
  const count = CORPUS.length + 1;
  expect(all.body).toMatchObject({ hits: { total: count }, aggregations: { n: { value: count } } });
});

it("asks no index but those of crashes, whatever is named", async () => {
  for (const name of [foreign, "*", "_all", `${foreign},x`, "../_cluster", "-a"])
    expect(await ask({}, [name])).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("There is no index") as string },
    });
  const all = await ask({ size: 100 }, ["ALL"]);
  expect(JSON.stringify(all.body)).not.toContain("somebody else");
});

it("is refused with what Elasticsearch says, and with 403 where it is not allowed at all", async () => {
  expect(await ask({ query: { term: { a: { nonsense: 1 } } } })).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^Elasticsearch: .*nonsense/) as string },
  });
  expect(await ask({ query: { wrapper: { query: "e30=" } } })).toMatchObject({
    status: 403,
    body: { error: expect.stringContaining("wrapper") as string },
  });
  for (const text of ["", "{", "[]", "1"]) expect((await ask(text)).status).toBe(400);
  expect((await ask(`{"a": "${"x".repeat(100_000)}"}`)).status).toBe(400);
});

it("is for those only who may ask custom queries and see protected data", async () => {
  for (const permissions of [[], ["run_custom_queries"], ["view_pii"]] as const)
    expect((await ask({}, [], await api.tokenFor(...permissions))).status).toBe(403);
  expect((await ask({}, [], null)).status).toBe(403);
  expect((await ask({}, [], await api.tokenFor("run_custom_queries", "view_pii"))).status).toBe(200);
});
