import { expect, tabTo, test } from "./demo";

test("from the products to a signature, to a report and back, by keyboard alone", async ({ page }) => {
  await page.goto("/");
  const signature = "kestrel::net::Cache<T>::find";
  await tabTo(page, page.getByRole("link", { name: signature }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(signature);

  await tabTo(page, page.getByRole("link", { name: "Reports" }));
  await page.keyboard.press("Enter");
  const reports = page.getByRole("region", { name: "Crash reports" });
  await expect(reports).toBeVisible();
  await tabTo(page, reports.getByRole("row").nth(1).getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/report\/index\//);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(signature);
  await expect(page.getByRole("region", { name: /^Stack of Thread 0/ })).toContainText("/build/kestrel/net");

  await page.goBack();
  await expect(reports).toBeVisible();
  await page.goForward();
  await tabTo(page, page.getByRole("link", { name: "More reports with this signature" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Filters" })).toContainText("Kestrel");
  await tabTo(page, page.getByRole("link", { name: "Products" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Products", level: 1 })).toBeVisible();
});

test("the first Tab offers to skip to the content", async ({ page }) => {
  await page.goto("/topcrashers/");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.locator("#content :focus")).toHaveCount(1);
});

test("a crash id in the quick search leads to its report, words to a search", async ({ page, request }) => {
  const answer = await request.get("/api/SuperSearch/?_results_number=1&_columns=uuid&_facets_size=0");
  const { hits } = (await answer.json()) as { hits: readonly [{ uuid: string }] };
  await page.goto("/");
  const quick = page.getByRole("searchbox");
  await quick.fill(` bp-${hits[0].uuid} `);
  await quick.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/report/index/${hits[0].uuid}$`));
  await page.getByRole("searchbox").fill("Cache");
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/\/search\/\?signature=%7ECache$/);
  await expect(page.getByRole("region", { name: "Crash reports" })).toContainText("Cache");
});

test("top crashers of a product lead to a signature's report of that product", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Kestrel", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Top crashers" })).toBeVisible();
  const table = page.getByRole("region", { name: /signatures/i });
  const first = table.getByRole("row").nth(1);
  const signature = await first.getByRole("link").first().innerText();
  await first.getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(signature);
  await expect(page.getByRole("list", { name: "Filters" })).toContainText("Kestrel");
});
