import { afterAll, expect, inject, it } from "vitest";
import { SearchUnavailable } from "#lib/core/errors";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { openConnection } from "./connection";
import { openIndices } from "./indices";

const url = inject("elasticsearchUrl");
const template = ownIndexTemplate();
const connection = openConnection({
  url,
  timeoutSeconds: 30,
  unavailable: (what, cause) => new SearchUnavailable(what, { cause }),
});
afterAll(async () => {
  await connection.close();
  await removeIndices(url, template);
});

it("indices expire when all of their days lie before the limit; those of others stay", async () => {
  const indices = openIndices(connection, { template, shards: 1 });
  const prefix = template.replace("%Y%W", "");
  for (const week of ["202552", "202620", "202621", "202622"]) await indices.prepare(`${prefix}${week}`);
  const others = `${prefix}202501-of-others`;
  await fetch(`${url}/${others}`, { method: "PUT" });
  const limit = new Date("2026-05-27T12:00:00Z");
  expect(indices.names.at(limit.toISOString())).toBe(`${prefix}202621`);
  expect(await indices.expire(limit)).toEqual([`${prefix}202552`, `${prefix}202620`]);
  expect(await indices.own()).toEqual([`${prefix}202621`, `${prefix}202622`]);
  expect((await fetch(`${url}/${others}`, { method: "HEAD" })).status).toBe(200);
});

it("an index that a write makes by itself is like the others", async () => {
  const prefix = template.replace("%Y%W", "");
  const indices = openIndices(connection, { template, shards: 2 });
  await indices.prepare(`${prefix}202630`);
  await fetch(`${url}/${prefix}202631/_doc/1`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const described = async (week: string) => {
    const answer = (await (await fetch(`${url}/${prefix}${week}`)).json()) as Record<
      string,
      { mappings: unknown; settings: { index: { number_of_shards: string } } }
    >;
    const { mappings, settings } = Object.values(answer)[0] ?? {};
    return { mappings, shards: settings?.index.number_of_shards };
  };
  expect(await described("202631")).toEqual(await described("202630"));
});
