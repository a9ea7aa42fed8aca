import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import type { SiglistComparison } from "#lib/signature/compare-siglists";
import { createToken } from "#test/crash-stats-command";
import { plantCrashes, plantedLists } from "#test/grouping-corpus";
import { runCommand, startCommand } from "#test/run-command";
import { superSearch } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

const COUNT = 500;
const QUERY = "product=Kestrel";

const SIGNATURES_BEFORE = {
  planted_alloc: 50,
  planted_free: 10,
  "planted_dispatch | app::first": 15,
  "planted_dispatch | app::second": 5,
  "app::elsewhere": 20,
};
const SIGNATURES_AFTER = {
  "planted_alloc | app::load": 30,
  "planted_alloc | app::draw": 20,
  "planted_free | app::close": 10,
  planted_dispatch: 20,
  "app::elsewhere": 20,
};
const REDIRECTS = [
  ["planted_alloc", "planted_alloc | app::load", 30],
  ["planted_alloc", "planted_alloc | app::draw", 20],
  ["planted_dispatch | app::first", "planted_dispatch", 15],
  ["planted_dispatch | app::second", "planted_dispatch", 5],
  ["planted_free", "planted_free | app::close", 10],
] as const;
const of = (hundredths: number) => (COUNT * hundredths) / 100;

interface Site {
  readonly data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly server: ServerProcess;
}

let lists: { readonly old: string; readonly new: string };
let planted: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let ids: readonly CrashId[];
let token: string;

beforeAll(async () => {
  planted = await temporaryDataDirectory();
  lists = await plantedLists(join(planted.path, "lists"));
  ids = await plantCrashes(join(planted.path, "data"), {
    count: COUNT,
    siglists: lists.old,
    date: new Date(),
  });
  token = await createToken(join(planted.path, "data"));
});
afterAll(() => planted.remove());

/** A server of its own over a copy of the same crashes, that uses the new lists. */
async function openSite(): Promise<Site> {
  const data = await temporaryDataDirectory();
  await cp(join(planted.path, "data"), data.path, { recursive: true });
  const server = await startServerProcess(data.path, {
    SIGLISTS_DIR: lists.new,
    PROCESSOR_WORKERS: "1",
  });
  return { data, server, settings: { CRASHSTATS_API_TOKEN: token } };
}

async function closeSite({ server, data }: Site): Promise<void> {
  await server.stop();
  await data.remove();
}

const regroup = ({ server }: Site, ...args: readonly string[]): readonly string[] => [
  "regroup",
  "--host",
  server.url,
  "--query",
  QUERY,
  ...args,
];

async function get(site: Site, path: string): Promise<unknown> {
  return (await (await fetch(`${site.server.url}/api/${path}`)).json()) as unknown;
}

async function counts(site: Site): Promise<Readonly<Record<string, number>>> {
  const { facets } = await superSearch(
    site.server.url,
    `${QUERY}&_facets=signature&_results_number=0&_=${crypto.randomUUID()}`,
  );
  const found = facets.signature as readonly { readonly term: string; readonly count: number }[];
  return Object.fromEntries(found.map(({ term, count }) => [term, count]));
}

/** All that a regrouping changes, when nothing waits any longer. */
async function stateOf(site: Site): Promise<unknown> {
  const after = Object.fromEntries(Object.entries(SIGNATURES_AFTER).map(([name, part]) => [name, of(part)]));
  await expect.poll(() => counts(site), { timeout: 300_000, interval: 500 }).toEqual(after);
  const waiting = async () => readdir(join(site.data.path, "queue", "reprocessing"));
  await expect.poll(waiting, { timeout: 60_000 }).toEqual([]);
  const names = [...Object.keys(SIGNATURES_BEFORE), ...Object.keys(SIGNATURES_AFTER)];
  const signatures = names.map((name) => `signatures=${encodeURIComponent(name)}`).join("&");
  return {
    redirects: await get(site, `SignatureRedirects/?${signatures}`),
    bugs: await get(site, `SignaturesByBugs/?bug_ids=1&bug_ids=2&bug_ids=3`),
    left: await readdir(join(site.data.path, "regrouping")),
  };
}

const EXPECTED = {
  redirects: {
    hits: REDIRECTS.map(([signature, new_signature, part]) => ({
      signature,
      new_signature,
      crashes: of(part),
      moved_all: true,
    })),
    total: REDIRECTS.length,
  },
  bugs: {
    hits: [
      { id: 1, signature: "planted_alloc" },
      { id: 1, signature: "planted_alloc | app::draw" },
      { id: 1, signature: "planted_alloc | app::load" },
      { id: 2, signature: "planted_free" },
      { id: 2, signature: "planted_free | app::close" },
      { id: 3, signature: "app::elsewhere" },
    ],
    total: 6,
  },
  left: [],
};

describe("a planted change of the prefix list", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => closeSite(site));

  it("is shown as what it splits, merges and moves, with examples, and nothing is changed", async () => {
    const run = await runCommand(site.data.path, regroup(site, "--new", lists.new, "--json"), {
      settings: site.settings,
    });
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("Nothing was changed")]);
    const { crashes, changed, moved, split, merged } = JSON.parse(run.stdout) as SiglistComparison;
    expect([crashes, changed]).toEqual([COUNT, of(80)]);
    expect(moved).toMatchObject([{ old: "planted_free", new: "planted_free | app::close", crashes: of(10) }]);
    expect(split).toMatchObject([
      {
        signature: "planted_alloc",
        crashes: of(50),
        flows: [
          { new: "planted_alloc | app::load", crashes: of(30) },
          { new: "planted_alloc | app::draw", crashes: of(20) },
        ],
      },
    ]);
    expect(merged).toMatchObject([
      {
        signature: "planted_dispatch",
        crashes: of(20),
        flows: [
          { old: "planted_dispatch | app::first", crashes: of(15) },
          { old: "planted_dispatch | app::second", crashes: of(5) },
        ],
      },
    ]);
    expect(moved[0]?.examples).toHaveLength(3);
    for (const id of moved[0]?.examples ?? []) expect(ids).toContain(id);
    const before = Object.fromEntries(
      Object.entries(SIGNATURES_BEFORE).map(([name, part]) => [name, of(part)]),
    );
    expect(await counts(site)).toEqual(before);
    expect(await get(site, "SignatureRedirects/?signatures=planted_alloc")).toMatchObject({ total: 0 });
  });

  it("is not applied while the server uses other lists, or by somebody who may not", async () => {
    const other = await runCommand(site.data.path, regroup(site, "--new", lists.old, "--apply"), {
      settings: site.settings,
    });
    expect([other.code, other.stdout]).toEqual([1, ""]);
    expect(other.stderr).toContain("The server uses other lists of these: prefix_signature_re.");
    const stranger = await runCommand(site.data.path, regroup(site, "--new", lists.new, "--apply"), {
      settings: { CRASHSTATS_API_TOKEN: "" },
    });
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringMatching(/answered 40[13]/)]);
  });

  it("is applied: crashes have their new signatures, old ones lead there, and bugs are about both", async () => {
    const run = await runCommand(site.data.path, regroup(site, "--new", lists.new, "--apply"), {
      settings: site.settings,
    });
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain(
      `5 redirects from old signatures are kept; 3 associations with bugs were added\n${of(80)} put into reprocessing\n`,
    );
    expect(await stateOf(site)).toEqual(EXPECTED);
  });

  it("leads from the report of a signature that is gone to its one successor, and to all of several", async () => {
    const report = (signature: string) =>
      fetch(`${site.server.url}/signature/?signature=${encodeURIComponent(signature)}`, {
        redirect: "manual",
      });
    const renamed = await report("planted_free");
    expect([renamed.status, renamed.headers.get("location")]).toEqual([
      307,
      expect.stringContaining("signature=planted_free+%7C+app%3A%3Aclose"),
    ]);
    const split = await (await report("planted_alloc")).text();
    expect(split).toContain("Crashes of this signature were grouped anew.");
    for (const successor of ["load", "draw"]) expect(split).toContain(`planted_alloc | app::${successor}`);
  });

  it("changes nothing when it is applied again", async () => {
    const run = await runCommand(site.data.path, regroup(site, "--new", lists.new, "--apply"), {
      settings: site.settings,
    });
    expect(run.stdout).toContain(`${COUNT} crashes, 0 of them with another signature`);
    expect(run.stdout).toContain("0 put into reprocessing");
    expect(await stateOf(site)).toEqual(EXPECTED);
  });
});

it("killed in the middle of queueing, when some crashes are regrouped, the same command ends in the same state", async () => {
  const site = await openSite();
  onTestFinished(() => closeSite(site));
  const command = regroup(site, "--new", lists.new, "--apply", "--chunk");
  const folder = join(site.data.path, "regrouping");
  const some = COUNT / 10;
  const run = startCommand(site.data.path, [...command, String(some), "--sleep", "600"], site);
  const journal = async () => {
    const name = (await readdir(folder).catch(() => [])).find((file) => file.endsWith(".txt"));
    return name === undefined ? "" : readFile(join(folder, name), "utf8");
  };
  await expect.poll(async () => (await journal()).split("\n").length, { timeout: 120_000 }).toBe(some + 1);
  run.process.kill("SIGKILL");
  await run.ended;
  // What is regrouped already would be taken for crashes that never had another signature.
  const allAlloc = async () => (await counts(site)).planted_alloc;
  await expect.poll(allAlloc, { timeout: 120_000, interval: 500 }).not.toBe(of(50));

  const rest = await runCommand(site.data.path, [...command, "50"], site);
  expect(rest.stderr).toContain("Going on with the regrouping that was interrupted.");
  expect(rest.stdout).toContain(
    `5 redirects from old signatures are kept; 0 associations with bugs were added\n${of(80) - some} put into reprocessing\n`,
  );
  expect(await stateOf(site)).toEqual(EXPECTED);
});

it("killed before anything is known to the server, it begins anew and ends in the same state", async () => {
  const site = await openSite();
  onTestFinished(() => closeSite(site));
  const command = regroup(site, "--new", lists.new, "--apply");
  const run = startCommand(site.data.path, command, site);
  // The bar of the trial: nothing is kept yet.
  await new Promise<void>((resolve) => {
    run.process.stderr?.once("data", () => {
      resolve();
    });
  });
  run.process.kill("SIGKILL");
  await run.ended;
  expect((await runCommand(site.data.path, command, site)).code).toBe(0);
  expect(await stateOf(site)).toEqual(EXPECTED);
});
