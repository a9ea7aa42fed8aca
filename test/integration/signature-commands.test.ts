import { cp, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { fsStorage } from "#lib/crashstorage/drivers/fs/storage";
import type { SiglistComparison } from "#lib/signature/compare-siglists";
import { BUILT_IN_LISTS } from "#lib/signature/lists/built-in";
import { runCommand, startCommand } from "#test/run-command";
import { temporaryDataDirectory } from "#test/server-process";

const DAY = new Date("2026-11-20T01:02:03Z");

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
beforeEach(async () => {
  data = await temporaryDataDirectory();
});
afterEach(() => data.remove());

const threads = (...names: readonly string[]) => [{ frames: names.map((name) => ({ function: name })) }];

const rawCrash = (uuid: CrashId) => ({ uuid, submitted_timestamp: DAY.toISOString() });

/** Folders of the built-in lists and of some where `app::wrap` is a prefix. */
async function listFolders(): Promise<{ readonly before: string; readonly after: string }> {
  const [before, after] = [join(data.path, "before"), join(data.path, "after")];
  await mkdir(before);
  for (const [name, text] of Object.entries(BUILT_IN_LISTS))
    await writeFile(join(before, `${name}.txt`), text);
  await cp(before, after, { recursive: true });
  await writeFile(
    join(after, "prefix_signature_re.txt"),
    `${BUILT_IN_LISTS.prefix_signature_re}\napp::wrap$\n`,
  );
  return { before, after };
}

describe("signify", () => {
  it("answers a line before the next one is there, and ends with its input", async () => {
    const started = startCommand(data.path, ["signify"], { input: null });
    const { stdin, stdout } = started.process;
    const answered = new Promise<string>((resolve) =>
      stdout?.once("data", (bytes) => resolve(String(bytes))),
    );
    stdin?.write(`${JSON.stringify({ threads: threads("memcpy", "app::f(int)") })}\n`);
    expect(JSON.parse(await answered)).toEqual({
      signature: "memcpy | app::f",
      proto_signature: "memcpy | app::f",
      notes: [],
    });
    stdin?.end();
    expect((await started.ended).code).toBe(0);
  });

  it("makes 20,000 signatures of lines in one run, in their order", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => ({ threads: threads(`app::f${index}()`) }));
    const input = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const { code, stdout } = await runCommand(data.path, ["signify"], { input });
    expect(code).toBe(0);
    const signatures = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { signature: string }).signature);
    expect(signatures).toEqual(lines.map((_, index) => `app::f${index}`));
  });

  it("does not start with a list that is wrong, and says where", async () => {
    const { after } = await listFolders();
    await writeFile(join(after, "prefix_signature_re.txt"), "fine\n(\n");
    const given = await runCommand(data.path, ["signify", "--siglists", after], { input: "{}" });
    expect(given).toMatchObject({ code: 1, stdout: "" });
    expect(given.stderr).toContain(`${after}/prefix_signature_re.txt, line 2: ( is not a regular expression`);
    const set = await runCommand(data.path, ["signify"], { input: "{}", settings: { SIGLISTS_DIR: after } });
    expect(set.stderr).toBe(given.stderr);
  });
});

it("fetch-data gives what signify takes, and signature asks the same server", async () => {
  const id = newCrashId(DAY, crypto.randomUUID(), 0);
  const processed = {
    uuid: id,
    signature: "old",
    json_dump: { crash_info: { type: "SIGSEGV" }, threads: threads("memcpy", "app::f(int)") },
  };
  const tokens: unknown[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers["auth-token"]);
    const isKnown = request.url === `/api/ProcessedCrash/?crash_id=${id}`;
    response.writeHead(isKnown ? 200 : 404).end(JSON.stringify(isKnown ? processed : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const host = ["--host", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
    const settings = { CRASHSTATS_API_TOKEN: "secret" };
    const fetched = await runCommand(data.path, ["fetch-data", `bp-${id}`, ...host], { settings });
    expect(JSON.parse(fetched.stdout)).toMatchObject({ reason: "SIGSEGV", original_signature: "old" });
    const made = await runCommand(data.path, ["signify"], { input: fetched.stdout });
    expect(JSON.parse(made.stdout)).toMatchObject({ signature: "memcpy | app::f" });

    const remade = await runCommand(data.path, ["signature", ...host], { input: `${id}\n`, settings });
    expect(remade.stdout).toContain("Original: old\nNew:      memcpy | app::f\nSame?:    False\n");
    expect(new Set(tokens)).toEqual(new Set(["secret"]));

    const missing = newCrashId(DAY, crypto.randomUUID(), 0);
    const notThere = await runCommand(data.path, ["fetch-data", missing, ...host], { settings });
    expect(notThere).toMatchObject({ code: 1, stdout: "", stderr: `${missing}: does not exist.\n` });
  } finally {
    server.close();
  }
});

describe("compare-siglists", () => {
  const STACKS = [
    ...[["app::wrap(int)", "app::one()"], ["app::wrap(int)", "app::two()"], ["app::other()"]],
    ["memcpy", "app::wrap(long)", "app::one()"],
  ];
  const expected = {
    crashes: 4,
    changed: 3,
    moved: [{ old: "memcpy | app::wrap", new: "memcpy | app::wrap | app::one", crashes: 1 }],
    split: [
      {
        signature: "app::wrap",
        crashes: 2,
        flows: [{ new: "app::wrap | app::one" }, { new: "app::wrap | app::two" }],
      },
    ],
    merged: [],
  };

  it("shows what a new prefix moves and splits, of crashes on the standard input", async () => {
    const { before, after } = await listFolders();
    const input = STACKS.map((names) => `${JSON.stringify({ threads: threads(...names) })}\n`).join("");
    const command = ["compare-siglists", "--old", before, "--new", after];
    const { code, stdout } = await runCommand(data.path, [...command, "--json"], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(expected);

    const shown = await runCommand(data.path, command, { input });
    expect(shown.stdout).toContain("4 crashes, 3 of them with another signature\n");
    expect(shown.stdout).toContain("1 signature is split\n       2  app::wrap\n");

    const back = await runCommand(
      data.path,
      ["compare-siglists", "--old", after, "--new", before, "--json"],
      { input },
    );
    expect(JSON.parse(back.stdout)).toMatchObject({
      split: [],
      merged: [{ signature: "app::wrap", crashes: 2 }],
    });
  });

  it("reads every crash of a storage, and says which could not be read", async () => {
    const { after } = await listFolders();
    const folder = join(data.path, "crashes");
    const storage = await fsStorage("fs-dated-radix-tree", folder, { now: () => DAY });
    for (const names of STACKS) {
      const id = newCrashId(DAY, crypto.randomUUID(), 0);
      await storage.saveRaw({ id, raw: rawCrash(id), dumps: new Map() });
      const processed = { uuid: id, date_processed: DAY.toISOString(), signature: "" };
      await storage.saveProcessed({ ...processed, json_dump: { threads: threads(...names) } });
    }
    const unprocessed = newCrashId(DAY, crypto.randomUUID(), 0);
    await storage.saveRaw({ id: unprocessed, raw: rawCrash(unprocessed), dumps: new Map() });
    await storage.close();

    const from = ["--from", `fs-dated-radix-tree(${folder})`, "--all"];
    const compared = await runCommand(data.path, ["compare-siglists", "--new", after, ...from, "--json"]);
    expect(compared.code).toBe(1);
    expect(compared.stderr).toMatch(new RegExp(`^WARNING: ${unprocessed}: CrashIDNotFound`));
    expect(JSON.parse(compared.stdout) as SiglistComparison).toMatchObject({
      ...expected,
      split: [{ crashes: 2 }],
    });
  });
});
