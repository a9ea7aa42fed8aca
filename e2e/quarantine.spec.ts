import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";
import { expect, tabTo, test } from "./demo";
import { shutsNobodyOut } from "./shuts-nobody-out";
import { superuserCookie } from "./superuser";

/** Ends the worker that starts it, as long as the file is there that says so; else it finds nothing. */
const STAND_IN = `#!/bin/sh
case "$*" in *--version*) echo stand-in; exit 0;; esac
for argument; do case "$argument" in --output-file=*) output="\${argument#*=}";; esac; done
if test -e "$0.broken"; then kill -9 $PPID; fi
echo '{"status": "OK", "threads": [], "modules": []}' > "$output"
`;

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let command: string;
let server: ServerProcess;
test.beforeAll(async () => {
  data = await temporaryDataDirectory();
  command = join(data.path, "stand-in");
  await writeFile(command, STAND_IN, { mode: 0o755 });
  await writeFile(`${command}.broken`, "");
  server = await startServerProcess(data.path, {
    STACKWALK_COMMAND: command,
    PROCESSOR_MAX_ATTEMPTS: "2",
    PROCESSOR_WORKERS: "1",
  });
});
test.afterAll(async () => {
  await server.stop();
  await data.remove();
});

test("crashes that were given up are processed again when what was wrong is mended, or taken off the list", async ({
  page,
  context,
}) => {
  const bytes = new TextEncoder().encode("a dump");
  const [mended, unwanted] = [
    await submit(server.url, { ProductName: "Kestrel" }, bytes),
    await submit(server.url, { ProductName: "Kestrel" }, bytes),
  ];
  const row = (id: string) => page.getByRole("row", { name: new RegExp(id) });
  await expect(async () => {
    await page.goto(`${server.url}/quarantine/`);
    for (const id of [mended, unwanted]) await expect(row(id)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await shutsNobodyOut(page);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await context.addCookies([await superuserCookie(server)]);
  await page.reload();
  await shutsNobodyOut(page);

  const reprocess = page.getByRole("button", { name: "Reprocess those chosen" });
  await reprocess.click();
  await expect(page.getByRole("status")).toContainText("No crash was chosen.");
  await page.getByRole("checkbox", { name: `Choose ${unwanted}` }).check();
  await page.getByRole("button", { name: "Take those chosen off this list" }).click();
  await expect(page.getByRole("status")).toContainText("Taken off this list: 1 crash.");
  await expect(row(unwanted)).toHaveCount(0);

  await rm(`${command}.broken`);
  await tabTo(page, page.getByRole("checkbox", { name: `Choose ${mended}` }));
  await page.keyboard.press("Space");
  await tabTo(page, reprocess);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toContainText("Queued to be processed again: 1 crash.");
  await expect(async () => {
    await page.goto(`${server.url}/quarantine/`);
    await expect(page.getByText("Every crash that arrived was processed")).toBeVisible({ timeout: 1000 });
  }).toPass();
});
