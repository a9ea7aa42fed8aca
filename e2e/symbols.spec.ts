import { join } from "node:path";
import { isSearchable, submit } from "#test/send-crash";
import { startFreshServer, SYMBOLS, type FreshServer } from "#test/server-process";
import { expect, test } from "./demo";
import { shutsNobodyOut } from "./shuts-nobody-out";
import { superuserCookie } from "./superuser";

const KESTREL = join(SYMBOLS, "kestrel/A181284306CA50C172E3446A99F04D0A0/kestrel.sym");

let server: FreshServer;
test.beforeAll(async () => {
  server = await startFreshServer({ SYMBOLS_PATHS: "", PROCESSOR_WORKERS: "1" });
});
test.afterAll(() => server.remove());

test("symbols that are uploaded name the functions of crashes that waited, whose module leaves the list", async ({
  page,
  context,
  consoleErrors,
}) => {
  const id = await submit(server.url, { ProductName: "Kestrel", Version: "1.0" }, "segfault");
  await expect.poll(() => isSearchable(server.url, id), { timeout: 30_000 }).toBe(true);
  await page.goto(`${server.url}/missing-symbols/`);
  const row = page.getByRole("row").filter({ has: page.getByRole("cell", { name: "kestrel", exact: true }) });
  await expect(row).toHaveCount(1);
  await row.getByRole("link").click();
  await expect(page.getByRole("region", { name: "Crash reports" }).getByRole("row")).toHaveCount(2);

  await page.goto(`${server.url}/missing-symbols/`);
  const files = page.getByLabel(/^Files/);
  await expect(files).toHaveCount(0);
  await context.addCookies([await superuserCookie(server)]);
  await page.reload();
  await files.setInputFiles({
    name: "kestrel.sym",
    mimeType: "text/plain",
    buffer: Buffer.from("no symbols"),
  });
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Nothing was taken." })).toContainText(
    "kestrel.sym: its first line is",
  );
  await shutsNobodyOut(page);
  await expect(row).toHaveCount(1);
  // The browser notes every answer that is no success.
  expect(consoleErrors.splice(0)).toEqual([expect.stringContaining("status of 400")]);

  await files.setInputFiles(KESTREL);
  await page.getByRole("button", { name: "Upload" }).click();
  const outcome = page.getByRole("status").filter({ hasText: "processed again" });
  await expect(outcome).toContainText("1 crash that waited");
  await expect(outcome).toContainText("kestrel A181284306CA50C172E3446A99F04D0A0");
  await shutsNobodyOut(page);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("heading", { name: "Modules without symbols" })).toBeVisible();
    await expect(row).toHaveCount(0, { timeout: 1000 });
  }).toPass();
  await page.goto(`${server.url}/report/index/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("kestrel::");
});
