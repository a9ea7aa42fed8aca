import type { Page } from "@playwright/test";
import { expect, signInToDemo, test } from "./demo";
import { expectNoViolations, expectNoWiderThanScreen } from "./shuts-nobody-out";

const NO_PAGE = "/no/such/page";
/** Every page, with its parts. */
const PAGES = [
  "/",
  "/search/",
  "/search/?product=Kestrel",
  "/search/?signature=%3Dnothing",
  "/search/?product=Kestrel&_tab=signature",
  "/search/?uptime=x",
  "/search/custom/",
  "/signature/?signature=OOM+%7C+small",
  "/signature/?signature=OOM+%7C+small&_tab=Graphs",
  "/signature/?signature=OOM+%7C+small&_tab=Reports",
  "/signature/?signature=OOM+%7C+small&_tab=Aggregations",
  "/signature/?signature=nothing",
  "/topcrashers/",
  "/status/",
  "/quarantine/",
  "/laboratory/",
  "/crontabber-state/",
  "/missing-symbols/",
  "/missing-symbols/?product=nothing",
  "/api/",
  "/signin/",
  "/signin/?error=OAuthCallback",
  "/signin/link/?token=0",
  NO_PAGE,
];
/** Pages that those who may do everything see more of, or alone. */
const SIGNED_IN_PAGES = [
  "/search/?product=Kestrel",
  "/search/custom/",
  "/missing-symbols/",
  "/quarantine/",
  "/laboratory/",
  "/quarantine/?reprocess=2",
  "/status/",
  "/profile/",
  "/permissions/",
  "/api/tokens/",
  "/signin/",
  "/signin/?next=%2Fapi%2Ftokens%2F",
  "/signout/",
];
const REPORT = "<a report>";
const REPORT_PARTS = ["", "?tab=annotations", "?tab=modules", "?tab=raw-data"].map((part) => REPORT + part);

async function reportPath(page: Page): Promise<string> {
  const query = "_results_number=1&_columns=uuid&_facets_size=0&signature=%24Cache%3CT%3E%3A%3Afind";
  const answer = await page.request.get(`/api/SuperSearch/?${query}`);
  const { hits } = (await answer.json()) as { hits: readonly [{ uuid: string }] };
  return `/report/index/${hits[0].uuid}`;
}

const CASES = [
  ...[...PAGES, ...REPORT_PARTS].map((path) => ({ path, who: "anybody" })),
  ...[...SIGNED_IN_PAGES, ...REPORT_PARTS].map((path) => ({ path, who: "a superuser" })),
];

for (const { path, who } of CASES)
  test.describe(`${path} for ${who}`, () => {
    test.beforeEach(async ({ page }) => {
      if (who === "a superuser") await signInToDemo(page);
      await page.goto(path.replace(REPORT, await reportPath(page)));
      await expect(page.getByRole("heading").first()).toBeVisible();
    });
    // A page that is not there is an error to the browser's console.
    test.afterEach(({ consoleErrors }) => {
      if (path === NO_PAGE) consoleErrors.length = 0;
    });

    test("shuts nobody out, in light and dark", ({ page }) => expectNoViolations(page));

    test("is never wider than its screen", ({ page }) => expectNoWiderThanScreen(page));
  });

test("the header takes one line on a desk, and leads to the account", async ({ page }) => {
  await signInToDemo(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/status/");
  const brand = await page.getByRole("link", { name: "crash-stats" }).boundingBox();
  const account = await page.getByRole("link", { name: "root@example.com" }).boundingBox();
  expect(Math.abs((brand?.y ?? 0) - (account?.y ?? 999))).toBeLessThan(12);
});

test("every page that is no answer to a question can be reached by links from the first", async ({
  page,
}) => {
  await signInToDemo(page);
  const wanted = ["/search/", "/topcrashers/", "/status/", "/quarantine/", "/crontabber-state/"];
  const account = ["/missing-symbols/", "/api/", "/profile/", "/permissions/", "/api/tokens/"];
  const found = new Set<string>();
  for (const path of ["/", "/profile/"]) {
    await page.goto(path);
    for (const link of await page.getByRole("link").all())
      found.add(new URL((await link.getAttribute("href")) ?? "", page.url()).pathname);
  }
  expect([...found]).toEqual(expect.arrayContaining([...wanted, ...account]));
});

test("the theme follows the system until one is chosen, which is then kept", async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: /^Theme/ }).click();
  await expect.poll(background).toBe(dark);
  await page.reload();
  expect(await background()).toBe(dark);
});
