import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadConfig } from "#lib/config/config";
import { anonymous, viewerWith } from "#lib/core/viewer";
import { createLog } from "#lib/monitoring/log";
import { openServices, type OpenServices } from "#lib/server/open-services";
import { plantCrashes, plantedLists } from "#test/grouping-corpus";
import { temporaryDataDirectory } from "#test/server-process";
import { experiment, type Experiment } from "./laboratory";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let open: OpenServices;
let prefixes: string;
beforeAll(async () => {
  data = await temporaryDataDirectory();
  const lists = await plantedLists(join(data.path, "lists"));
  prefixes = await readFile(join(lists.new, "prefix_signature_re.txt"), "utf8");
  await plantCrashes(data.path, { count: 100, siglists: lists.old, date: new Date() });
  const settings = { CRASHSTATS_DATA_DIR: data.path, SIGLISTS_DIR: lists.old };
  open = await openServices(loadConfig(settings, data.path).config, createLog("fatal"));
});
afterAll(async () => {
  await open.close();
  await data.remove();
});

const analyst = viewerWith("analyst@example.com", ["reprocess_crashes"]);
const run = (asked: Partial<Experiment>, viewer = analyst) =>
  experiment(
    open.services,
    { viewer, now: new Date() },
    {
      lists: { prefix_signature_re: prefixes },
      query: new URLSearchParams("product=Kestrel"),
      sample: 2000,
      ...asked,
    },
  );

it("shows what an edited list splits, merges and moves of the crashes that a query finds", async () => {
  const { comparison, found } = await run({});
  expect([found, comparison.crashes, comparison.changed]).toEqual([100, 100, 80]);
  expect(comparison.split.map(({ signature, crashes }) => [signature, crashes])).toEqual([
    ["planted_alloc", 50],
  ]);
  expect(comparison.merged.map(({ signature, crashes }) => [signature, crashes])).toEqual([
    ["planted_dispatch", 20],
  ]);
  expect(comparison.moved.map((flow) => [flow.old, flow.new])).toEqual([
    ["planted_free", "planted_free | app::close"],
  ]);
});

it("changes nothing by the lists in use, and tries no more crashes than the sample", async () => {
  expect(await run({ lists: {}, sample: 7 })).toMatchObject({
    found: 100,
    comparison: { crashes: 7, changed: 0 },
  });
  const none = await run({ query: new URLSearchParams("product=Nothing") });
  expect(none).toMatchObject({ found: 0, comparison: { crashes: 0 } });
});

it("names list, line and reason of an entry that cannot be used", async () => {
  await expect(run({ lists: { prefix_signature_re: "fine\n(" } })).rejects.toThrow(
    /^prefix_signature_re\.txt, line 2: \( is not a regular expression/,
  );
});

it("ends lists that backtrack without end, and names the crash", async () => {
  const endless = { irrelevant_signature_re: "(?:(?:(?:[a-z_:]+)+)+)+!" };
  await expect(
    run({
      lists: endless,
      sample: 1,
      query: new URLSearchParams("signature==planted_dispatch | app::second"),
    }),
  ).rejects.toThrow(/takes more than 1000 ms by these lists/);
});

it.each([0, 2001, 1.5])("refuses a sample of %s", async (sample) => {
  await expect(run({ sample })).rejects.toMatchObject({ code: "bad_argument" });
});

it("is for those who may reprocess crashes", async () => {
  await expect(run({}, anonymous)).rejects.toMatchObject({ code: "forbidden" });
});
