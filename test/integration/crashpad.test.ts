import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCrashId } from "#lib/core/crash-id";
import { pendingReport, runCrashpadHandler, withCrashpadAnnotations } from "#test/crashpad";
import { superSearch } from "#test/send-crash";
import { startFreshServer, type FreshServer } from "#test/server-process";

let server: FreshServer;
beforeAll(async () => {
  server = await startFreshServer();
});
afterAll(async () => {
  await server.remove();
});

describe("the real crashpad_handler", () => {
  it.each([
    ["compressed", []],
    ["plain", ["--no-upload-gzip"]],
  ])("delivers a %s crash and stores the id under which search finds it", async (version, options) => {
    const dump = withCrashpadAnnotations(await readFile("test/fixtures/crashes/assert.dmp"), {
      prod: "Crashpad_Linux",
      ver: version,
      ptype: "renderer",
    });
    const directory = join(server.dataDirectory, `crashpad-${version}`);
    const report = await pendingReport(directory, dump);
    await runCrashpadHandler({ directory, serverUrl: server.url, options }, () =>
      expect.poll(report.storedAnswer, { timeout: 30_000 }).toMatch(/^CrashID=bp-/),
    );
    const stored = parseCrashId((await report.storedAnswer()).trim().replace("CrashID=", ""));
    const find = () =>
      superSearch(
        server.url,
        `product=Crashpad_Linux&version=${version}&_columns=uuid&_columns=process_type`,
      );
    await expect
      .poll(async () => (await find()).hits, { timeout: 20_000 })
      .toEqual([{ uuid: stored, process_type: "renderer" }]);
  });
});
