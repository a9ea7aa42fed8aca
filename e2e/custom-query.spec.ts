import { removeIndices, ownIndexTemplate } from "#test/elasticsearch-index";
import { isSearchable, submit } from "#test/send-crash";
import { startFreshServer, type FreshServer } from "#test/server-process";
import { startElasticsearch } from "#test/services/elasticsearch";
import { givenService, type GivenService } from "#test/services/given-service";
import { expect, tabTo, test } from "./demo";
import { shutsNobodyOut } from "./shuts-nobody-out";
import { superuserCookie } from "./superuser";

test.describe.configure({ mode: "serial" });

const template = ownIndexTemplate();
let elasticsearch: GivenService;
let server: FreshServer;
let cookie: Awaited<ReturnType<typeof superuserCookie>>;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  elasticsearch = await givenService("TEST_ELASTICSEARCH_URL", startElasticsearch);
  server = await startFreshServer({
    ELASTICSEARCH_URL: elasticsearch.url,
    ELASTICSEARCH_INDEX: template,
    PROCESSOR_WORKERS: "1",
  });
  cookie = await superuserCookie(server);
  for (const product of ["Wren", "Wren", "Heron"]) {
    const id = await submit(server.url, { ProductName: product, Version: "1.0" });
    await expect.poll(() => isSearchable(server.url, id), { timeout: 60_000 }).toBe(true);
  }
});
test.afterAll(async () => {
  await server.remove();
  await removeIndices(elasticsearch.url, template);
  await elasticsearch.remove();
});

test("a search becomes a query in Elasticsearch's words, which is changed, run and refused with its reason", async ({
  page,
  context,
  consoleErrors,
}) => {
  await context.addCookies([cookie]);
  await page.goto(`${server.url}/search/?product=Wren`);
  await page.getByRole("link", { name: "Customize the query" }).click();
  const editor = page.getByRole("textbox", { name: "Query in JSON" });
  await expect(editor).toHaveValue(/"Wren"/);
  await tabTo(page, editor);
  await tabTo(page, page.getByRole("listbox"));
  await tabTo(page, page.getByRole("button", { name: "Run the query" }));
  await page.keyboard.press("Enter");
  const result = page.getByRole("region", { name: "Result" });
  await expect(result).toContainText('"total": 2');
  await shutsNobodyOut(page);

  const body = { size: 0, aggs: { products: { terms: { field: "processed_crash.product.full" } } } };
  await editor.fill(JSON.stringify(body));
  await page.getByRole("listbox").selectOption("ALL");
  await page.getByRole("button", { name: "Run the query" }).click();
  await expect(result).toContainText('"total": 3');
  await expect(result).toContainText('"key": "Heron"');

  const script = { query: { script: { script: "while (true) {}" } } };
  for (const [text, reason] of [
    [JSON.stringify(script), /script/],
    ["{", /valid JSON/],
  ] as const) {
    await editor.fill(text);
    await page.getByRole("button", { name: "Run the query" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "There is no result." })).toContainText(reason);
    await expect(result).toHaveCount(0);
  }
  await shutsNobodyOut(page);
  // The browser notes every answer that is no success.
  expect(consoleErrors.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
  consoleErrors.length = 0;
});

test("a session counts for the API on this site alone, programs need a token", async ({ request }) => {
  const session = `${cookie.name}=${cookie.value}`;
  const ask = async (path: string, headers: Readonly<Record<string, string>>) => {
    const answer = await request.post(server.url + path, { headers, form: { query: '{"size": 0}' } });
    return { status: answer.status(), text: await answer.text() };
  };
  for (const path of ["/search/query/", "/api/CustomQuery/"]) {
    const here = await ask(path, { cookie: session, "sec-fetch-site": "same-origin" });
    expect(here).toMatchObject({ status: 200, text: expect.stringContaining('"total":3') });
    const there = await ask(path, { cookie: session, "sec-fetch-site": "cross-site" });
    expect(there).toMatchObject({ status: 403, text: expect.stringContaining("another site") });
    const program = await ask(path, {});
    expect(program).toMatchObject({ status: 403, text: expect.stringContaining("requires") });
  }
});
