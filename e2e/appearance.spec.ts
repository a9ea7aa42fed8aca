import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./demo";

const NO_PAGE = "/no/such/page";
/** Every page, with its parts. */
const PAGES = [
  "/",
  "/search/",
  "/search/?product=Kestrel",
  "/search/?signature=%3Dnothing",
  "/search/?uptime=x",
  "/signature/?signature=OOM+%7C+small",
  "/signature/?signature=OOM+%7C+small&_tab=Graphs",
  "/signature/?signature=OOM+%7C+small&_tab=Reports",
  "/signature/?signature=OOM+%7C+small&_tab=Aggregations",
  "/signature/?signature=nothing",
  "/topcrashers/",
  "/status/",
  "/quarantine/",
  "/crontabber-state/",
  "/missing-symbols/",
  "/api/",
  NO_PAGE,
];
const REPORT = "<a report>";
const REPORT_PARTS = ["", "?tab=annotations", "?tab=modules", "?tab=raw-data"].map((part) => REPORT + part);

async function reportPath(page: Page): Promise<string> {
  const query = "_results_number=1&_columns=uuid&_facets_size=0&signature=%24Cache%3CT%3E%3A%3Afind";
  const answer = await page.request.get(`/api/SuperSearch/?${query}`);
  const { hits } = (await answer.json()) as { hits: readonly [{ uuid: string }] };
  return `/report/index/${hits[0].uuid}`;
}

for (const path of [...PAGES, ...REPORT_PARTS])
  test.describe(path, () => {
    test.beforeEach(async ({ page }) => {
      await page.goto(path.replace(REPORT, await reportPath(page)));
      await expect(page.getByRole("heading").first()).toBeVisible();
    });
    // A page that is not there is an error to the browser's console.
    test.afterEach(({ consoleErrors }) => {
      if (path === NO_PAGE) consoleErrors.length = 0;
    });

    for (const colorScheme of ["light", "dark"] as const)
      test(`shuts nobody out (${colorScheme})`, async ({ page }) => {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes[0]?.html }))).toEqual(
          [],
        );
      });

    test("is never wider than its screen", async ({ page }) => {
      for (const width of [1280, 768, 360]) {
        await page.setViewportSize({ width, height: 800 });
        const widest = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(widest).toBeLessThanOrEqual(width);
      }
    });
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
