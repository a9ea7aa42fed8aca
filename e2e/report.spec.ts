import { readFile } from "node:fs/promises";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./demo";

async function send(request: APIRequestContext, dump: Buffer): Promise<string> {
  const answer = await request.post("/submit", {
    multipart: {
      ProductName: "Kestrel",
      Version: "130.0",
      upload_file_minidump: { name: "crash.dmp", mimeType: "application/octet-stream", buffer: dump },
    },
  });
  return (await answer.text()).trim().replace("CrashID=", "");
}

const dumpOf = (name: string) => readFile(`test/fixtures/crashes/${name}.dmp`);

test("a report that is queued updates itself", async ({ page, request }) => {
  const dumps = await Promise.all(Array.from({ length: 40 }, () => dumpOf("segfault")));
  const ids = await Promise.all(dumps.map((dump) => send(request, dump)));
  await page.goto(`/report/index/${ids.at(-1)}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Cache");
  await expect(page.getByRole("region", { name: /^Stack of Thread 0/ })).toBeVisible();
});

test("the report of a broken dump says what is wrong", async ({ page, request }) => {
  const id = await send(request, (await dumpOf("segfault")).subarray(0, 3000));
  await page.goto(`/report/index/${id}`);
  await expect(page.getByText("No full stack.")).toBeVisible();
});

test("a report shows source lines, inlined functions, other threads and annotations", async ({
  page,
  request,
}) => {
  const id = await send(request, await dumpOf("rust-panic"));
  await page.goto(`/report/index/${id}`);
  const stack = page.getByRole("region", { name: /^Stack of Thread/ }).first();
  await expect(stack).toContainText(/\.rs:\d+/);
  await expect(stack).toContainText("inlined");
  await page.getByRole("link", { name: "Annotations" }).click();
  await expect(page.getByText("ProductName")).toBeVisible();
  await page.getByRole("link", { name: "Modules" }).click();
  await expect(page.getByRole("region", { name: /modules/i })).toContainText("kestrel");
  await page.getByRole("link", { name: "Raw data" }).click();
  await expect(page.getByRole("link", { name: "Processed crash" })).toBeVisible();
});

test("an id that is none, and one that is not stored, are told apart", async ({ page, consoleErrors }) => {
  await page.goto("/report/index/00000000-0000-4000-8000-000000261120");
  await expect(page.getByText("No crash with this id is stored")).toBeVisible();
  await page.goto("/report/index/00000000-0000-4000-8000-000000999999");
  await expect(page.getByText("This is not a crash id")).toBeVisible();
  consoleErrors.length = 0;
});
