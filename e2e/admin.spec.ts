import type { Page } from "@playwright/test";
import { shutsNobodyOut } from "./shuts-nobody-out";
import { expect, test } from "./demo";
import { startSiteWithProvider, SUPERUSER, type SiteWithProvider } from "./site-with-provider";

test.describe.configure({ mode: "serial" });

const PAGES = ["/admin/", "/admin/users/", "/admin/users/1/", "/admin/groups/", "/admin/audit/"];
const ROUTES = ["/admin/users/1/change/", "/admin/groups/change/"];
const ADA = "ada@example.com";

let site: SiteWithProvider;
test.beforeAll(async () => {
  site = await startSiteWithProvider({ PROCESSOR_WORKERS: "0" });
});
test.afterAll(() => site.remove());

const post = (page: Page, path: string, from = "same-origin") =>
  page.request.post(site.url + path, {
    headers: { "sec-fetch-site": from },
    form: { action: "nonsense" },
    maxRedirects: 0,
  });

test.describe("to anybody", () => {
  for (const path of PAGES)
    test(`${path} leads to sign in`, async ({ page }) => {
      const answer = await page.request.get(site.url + path, { maxRedirects: 0 });
      expect(answer.status()).toBe(307);
      expect(answer.headers().location).toBe(`/signin/?next=${encodeURIComponent(path)}`);
    });

  for (const path of ROUTES)
    test(`${path} leads to sign in, and is refused from another site`, async ({ page }) => {
      const answer = await post(page, path);
      expect([answer.status(), answer.headers().location]).toEqual([
        303,
        `/signin/?next=${encodeURIComponent(path.replace("change/", ""))}`,
      ]);
      expect((await post(page, path, "cross-site")).status()).toBe(403);
    });
});

test("to somebody who is no superuser every page and route is 403, and says so", async ({
  page,
  consoleErrors,
}) => {
  await site.signIn(page, ADA, "/profile/");
  await expect(page.getByRole("link", { name: "Admin", exact: true })).toHaveCount(0);
  for (const path of PAGES) {
    expect((await page.goto(site.url + path))?.status()).toBe(403);
    await expect(page.getByRole("heading", { name: "You may not see this page" })).toBeVisible();
    expect(await page.content()).not.toContain(SUPERUSER);
  }
  await shutsNobodyOut(page);
  for (const path of ROUTES) expect((await post(page, path)).status()).toBe(403);
  // A page that is refused is an error to the browser's console.
  consoleErrors.length = 0;
});

test("to a superuser every page is there, shuts nobody out, and routes refuse other sites", async ({
  page,
}) => {
  await site.signIn(page, SUPERUSER, "/profile/");
  await page.getByRole("link", { name: "Admin", exact: true }).click();
  await expect(page).toHaveURL(`${site.url}/admin/`);
  for (const path of PAGES) {
    expect((await page.goto(site.url + path))?.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await shutsNobodyOut(page);
  }
  for (const path of ROUTES) {
    expect((await post(page, path, "cross-site")).status()).toBe(403);
    expect((await post(page, path)).status()).toBe(400);
  }
  await page.goto(`${site.url}/admin/users/?email=nobody-at-all`);
  await expect(page.getByText("Nobody is as you ask.")).toBeVisible();
  await page.goto(`${site.url}/admin/users/?group=Hackers`);
  await expect(page.getByLabel("Group")).toHaveValue("Hackers");
  await expect(page.getByRole("row")).toHaveCount(2);
});

test("somebody who is not there has no page", async ({ page, consoleErrors }) => {
  await site.signIn(page, SUPERUSER, "/admin/");
  expect((await page.goto(`${site.url}/admin/users/4711/`))?.status()).toBe(404);
  consoleErrors.length = 0;
});

for (const javaScriptEnabled of [true, false])
  test(`a superuser changes what a person may do, who notices at once (scripts: ${javaScriptEnabled})`, async ({
    browser,
  }) => {
    const contexts = await Promise.all([
      browser.newContext({ javaScriptEnabled }),
      browser.newContext({ javaScriptEnabled }),
    ]);
    const [page, visitor] = await Promise.all(contexts.map((context) => context.newPage()));
    if (!page || !visitor) throw new Error("unreachable");
    await site.signIn(visitor, ADA, "/permissions/");
    const mayView = async (answer: string) => {
      await visitor.goto(`${site.url}/permissions/`);
      await expect(visitor.getByRole("row", { name: /Personal Identifiable/ })).toContainText(answer);
    };
    await mayView("No");
    await site.signIn(page, SUPERUSER, "/admin/users/");
    await page.getByLabel("Part of an e-mail address").fill("ADA@");
    await page.getByLabel("Part of an e-mail address").press("Enter");
    await page.getByRole("link", { name: ADA }).click();
    await page.getByRole("button", { name: "Put into Hackers", exact: true }).click();
    await expect(page.getByRole("status")).toContainText("Saved.");
    await mayView("Yes");
    await page.getByRole("button", { name: "Take out of Hackers", exact: true }).click();
    await expect(page.getByRole("button", { name: "Put into Hackers", exact: true })).toBeVisible();
    await mayView("No");

    await page.getByRole("button", { name: "Make inactive" }).click();
    await expect(page.getByText("Inactive", { exact: true })).toBeVisible();
    await visitor.goto(`${site.url}/permissions/`);
    await expect(visitor).toHaveURL(`${site.url}/signin/?next=%2Fpermissions%2F`);
    await page.getByRole("button", { name: "Make active" }).click();
    await expect(page.getByText("Active", { exact: true })).toBeVisible();

    await page.getByRole("link", { name: /^What they changed/ }).click();
    await expect(page).toHaveURL(`${site.url}/admin/audit/?person=${encodeURIComponent(ADA)}`);
    const newest = page.getByRole("row").nth(1);
    await expect(newest).toContainText(SUPERUSER);
    await expect(newest).toContainText("user.activate");
    for (const context of contexts) await context.close();
  });

test("the last superuser stays that, and is told why", async ({ page }) => {
  await site.signIn(page, SUPERUSER, "/admin/users/");
  await page.getByRole("link", { name: SUPERUSER }).last().click();
  for (const name of ["Make inactive", "Make no superuser"]) {
    await page.getByRole("button", { name }).click();
    await expect(page.getByRole("main").getByRole("alert")).toContainText(
      "Nobody else is an active superuser.",
    );
  }
  await shutsNobodyOut(page);
  await page.getByRole("button", { name: /^Revoke the token/ }).click();
  await expect(page.getByRole("button", { name: /^Revoke the token/ })).toHaveCount(0);
});

test("a group is made, changed and removed", async ({ page }) => {
  await site.signIn(page, SUPERUSER, "/admin/groups/");
  await page.getByLabel("Name").fill("Symbol uploaders");
  const card = (name: string) =>
    page.locator("section").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await card("Make a group").getByLabel("Upload Symbols Files").check();
  await page.getByRole("button", { name: "Make the group" }).click();
  const made = card("Symbol uploaders");
  await expect(made.getByLabel("Upload Symbols Files")).toBeChecked();
  await made.getByLabel("View Raw Dumps").check();
  await made.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("Saved.");
  await expect(made.getByLabel("View Raw Dumps")).toBeChecked();
  await page.getByLabel("Name").fill("Symbol uploaders");
  await page.getByLabel("Name").press("Enter");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("There is a group of that name.");
  await made.getByRole("button", { name: "Remove" }).click();
  await expect(made).toHaveCount(0);
  await expect(card("Hackers").getByRole("button", { name: "Remove" })).toHaveCount(0);
});
