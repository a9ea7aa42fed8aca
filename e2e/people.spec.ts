import type { Page } from "@playwright/test";
import { submit } from "#test/send-crash";
import { startFreshServer, type FreshServer } from "#test/server-process";
import { expect, test } from "./demo";
import { shutsNobodyOut } from "./shuts-nobody-out";
import { startSiteWithProvider, type SiteWithProvider } from "./site-with-provider";
import { superuserLink } from "./superuser";

test.describe.configure({ mode: "serial" });

test.describe("without a provider", () => {
  let server: FreshServer;
  test.beforeAll(async () => {
    server = await startFreshServer({ PROCESSOR_WORKERS: "0" });
  });
  test.afterAll(() => server.remove());

  test("the server prints a link that makes one superuser, who can sign out again", async ({ page }) => {
    await page.goto(superuserLink(server));
    await shutsNobodyOut(page);
    await page.reload();
    await page.getByLabel("Your e-mail address").fill("Root@Example.com");
    await page.getByLabel("Your e-mail address").press("Enter");
    await expect(page.getByRole("heading", { name: "Your profile" })).toBeVisible();
    await expect(page.getByText("Superuser", { exact: true })).toBeVisible();
    await expect(page.getByRole("row", { name: /View Raw Dumps/ })).toContainText("Yes");
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === "crash-stats-session");
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
    await page.goto(superuserLink(server));
    await expect(page.getByRole("heading", { name: "This link cannot be used" })).toBeVisible();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
    const headers = { cookie: `crash-stats-session=${cookie?.value ?? ""}` };
    const answer = await page.request.get(`${server.url}/profile/`, { headers, maxRedirects: 0 });
    expect(answer.headers().location).toBe("/signin/?next=%2Fprofile%2F");
  });

  test("whoever tries too often waits, and nobody signs in as anybody", async ({ request }) => {
    const headers = { "sec-fetch-site": "same-origin" };
    const post = (path: string) =>
      request.post(server.url + path, { headers, form: { token: "0", email: "a@example.com" } });
    expect((await post("/_debug_login/")).status()).toBe(404);
    expect((await post("/signin/with/oidc/")).status()).toBe(404);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1)
      statuses.push((await post("/signin/link/use/")).status());
    expect(statuses[0]).toBe(403);
    expect(statuses.at(-1)).toBe(429);
  });
});

test.describe("with a provider", () => {
  const SECRET = "https://secret.example/only-for-those-who-may";
  let site: SiteWithProvider;
  let report: string;
  test.beforeAll(async () => {
    site = await startSiteWithProvider({ PROCESSOR_WORKERS: "1" });
    const crash = { ProductName: "Wren", Version: "1.0", URL: SECRET };
    report = `${site.url}/report/index/${await submit(site.url, crash)}?tab=annotations`;
  });
  test.afterAll(() => site.remove());

  const signIn = (page: Page, email: string, from = "/profile/") => site.signIn(page, email, from);

  test("somebody signs in, without scripts too, and comes back to where they were", async ({ browser }) => {
    site.provider.signInAs({ email: "ada@example.com", verified: true });
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/search/?product=Wren`);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in with the test provider" }).click();
    await expect(page).toHaveURL(`${site.url}/search/?product=Wren`);
    await expect(page.getByRole("link", { name: "ada@example.com" })).toBeVisible();
    await page.goto(`${site.url}/signout/`);
    await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
    await context.close();
  });

  test("somebody whom the provider does not vouch for is told so", async ({ page }) => {
    site.provider.signInAs({ email: "mallory@example.com", verified: false });
    await page.goto(`${site.url}/signin/`);
    await shutsNobodyOut(page);
    await page.getByRole("button", { name: "Sign in with the test provider" }).click();
    await expect(page.getByRole("main").getByRole("alert")).toContainText(
      "has not verified your e-mail address",
    );
  });

  test("protected data is seen by those who may, at once, and kept by no cache", async ({
    page,
    browser,
  }) => {
    await signIn(page, "analyst@example.com");
    await expect(async () => {
      await page.goto(report);
      await expect(page.getByText(SECRET)).toBeVisible({ timeout: 2000 });
    }).toPass();
    await expect(page.getByText("Protected data is shown")).toBeVisible();
    const answer = await page.request.get(report);
    expect(answer.headers()["cache-control"]).toMatch(/private.*no-store|no-store/);

    const other = await browser.newContext();
    const visitor = await other.newPage();
    for (const email of [null, "ada@example.com"]) {
      if (email !== null) await signIn(visitor, email);
      await visitor.goto(report);
      await expect(visitor.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await visitor.content()).not.toContain("secret.example");
    }
    await other.close();
  });

  test("a token is made, shown once, works in the API, and no longer once it is revoked", async ({
    page,
  }) => {
    await signIn(page, "analyst@example.com", "/api/tokens/");
    await page.getByLabel("View Personal Identifiable Information").check();
    await page.getByLabel("Notes").fill("<b>for</b> a script");
    await page.getByRole("button", { name: "Make a token" }).click();
    const key = (await page.getByRole("status").locator("code").textContent()) ?? "";
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    await shutsNobodyOut(page);
    const ask = async () => {
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(report)?.[0] ?? "";
      const url = `${site.url}/api/UnredactedCrash/?crash_id=${id}`;
      return (await fetch(url, { headers: { "Auth-Token": key } })).status;
    };
    expect(await ask()).toBe(200);
    await page.reload();
    expect(await page.content()).not.toContain(key);
    await expect(page.getByRole("row", { name: new RegExp(key.slice(0, 8)) })).toContainText("<b>for</b>");
    await page.getByRole("button", { name: `Revoke the token ${key.slice(0, 8)}` }).click();
    await expect(page.getByRole("row", { name: new RegExp(key.slice(0, 8)) })).toHaveCount(0);
    expect(await ask()).toBe(403);
  });

  test("the pages of an account are for those who are signed in", async ({ page }) => {
    for (const path of ["/profile/", "/permissions/", "/api/tokens/"]) {
      await page.goto(site.url + path);
      await expect(page).toHaveURL(`${site.url}/signin/?next=${encodeURIComponent(path)}`);
    }
    await signIn(page, "ada@example.com", "/permissions/");
    await expect(page).toHaveURL(`${site.url}/permissions/`);
    await expect(page.getByRole("row", { name: /View Raw Dumps/ })).toContainText("No");
    await shutsNobodyOut(page);
    await page.goto(`${site.url}/profile/`);
    await shutsNobodyOut(page);
  });

  test("no other site can act for somebody who is signed in, or lead them away", async ({ page }) => {
    await signIn(page, "ada@example.com", "//evil.example/");
    await expect(page).toHaveURL(`${site.url}/`);
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    for (const path of [
      "/signout/now/",
      "/api/tokens/",
      "/api/tokens/delete/1/",
      "/signin/link/use/",
      "/api/Reprocessing/",
      "/upload/",
      "/search/query/",
      "/quarantine/",
    ])
      expect((await page.request.post(site.url + path, { headers })).status()).toBe(403);
    await page.reload();
    await expect(page.getByRole("link", { name: "ada@example.com" })).toBeVisible();
  });
});
