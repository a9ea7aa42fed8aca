import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findExecutable } from "#lib/config/find-executable";
import { isSearchable, submit, superSearch } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
beforeAll(async () => {
  data = await temporaryDataDirectory();
});
afterAll(() => data.remove());

it("crashes that arrive before the stackwalker is installed get their stacks when it is", async () => {
  const settings = { STACKWALK_COMMAND: join(data.path, "stackwalker") };
  const without = await startServerProcess(data.path, settings);
  const id = await submit(without.url, { ProductName: "Kestrel", Version: "130.0" }, "segfault");
  await expect.poll(() => isSearchable(without.url, id), { timeout: 20_000 }).toBe(true);
  const report = await (await fetch(`${without.url}/report/index/${id}?tab=raw-data`)).text();
  expect(report).toContain("is not installed; this crash is processed again when it is");
  await without.stop();

  const stackwalker = await findExecutable("minidump-stackwalk");
  if (stackwalker === null) throw new Error("minidump-stackwalk is not installed");
  await symlink(stackwalker, settings.STACKWALK_COMMAND);
  const later = await startServerProcess(data.path, settings);
  const signatures = async () =>
    (await superSearch(later.url, `uuid=${id}&_columns=signature`)).hits.map(({ signature }) => signature);
  await expect.poll(signatures, { timeout: 20_000 }).toEqual(["kestrel::net::Cache<T>::find"]);
  await later.stop();
});
