import { readFile } from "node:fs/promises";
import { expect, signInToDemo, test } from "./demo";

test("a search is put together, run, narrowed, sorted, and kept in its address", async ({ page }) => {
  await page.goto("/search/");
  await page.getByRole("button", { name: "28 days" }).click();
  await expect(page).toHaveURL(/date=/);
  await page.getByRole("button", { name: "Add filter" }).click();
  const line = page.getByRole("group", { name: /filter/i }).last();
  await line.getByRole("combobox", { name: /field/i }).fill("product");
  await page.getByRole("option", { name: "product", exact: true }).click();
  await line.getByLabel(/value/i).fill("Wren");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/product=/);
  const reports = page.getByRole("region", { name: "Crash reports" });
  await expect(reports.getByRole("row").nth(1)).toContainText("Wren");
  await expect(reports).not.toContainText("Heron");

  await reports.getByRole("link", { name: "version" }).click();
  await expect(reports.getByRole("columnheader", { name: /version/ })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  await page.reload();
  await expect(page.getByRole("button", { name: "Search", exact: true })).toBeEnabled();
  await expect(reports.getByRole("row").nth(1)).toContainText("Wren");
});

test("a search that cannot find anything says why", async ({ page }) => {
  await page.goto("/search/?uptime=%3E5&uptime=%3C3");
  await expect(page.getByRole("alert").filter({ hasText: "uptime" })).toContainText(
    "Operator combination failed: 5 > 3",
  );
});

test("nothing found says what to do next", async ({ page }) => {
  await page.goto("/search/?signature=%3Dno+such+signature");
  await expect(page.getByText(/no crash/i).first()).toBeVisible();
});

test("a query text is searched for, corrected at the marked column, and turned into filters", async ({
  page,
}) => {
  await page.goto("/search/?product=Wren");
  await page.getByText("Query (advanced)").click();
  const query = page.getByRole("textbox", { name: "Query" });
  await expect(query).toHaveValue('product = "Wren"');
  await query.fill('prodct = "Wren"');
  await page.getByRole("button", { name: "Search with this query" }).click();
  await expect(page.locator("#query-problem")).toContainText("Did you mean 'product'?");
  await expect(query).toHaveAttribute("aria-invalid", "true");
  await query.fill('product = "Wren" AND uptime >= 0');
  await page.getByRole("button", { name: "Search with this query" }).click();
  await page.getByRole("link", { name: "Turn into filters of the form" }).click();
  await expect(page).toHaveURL(/product=Wren/);
  await expect(page).toHaveURL(/uptime=/);
});

test("a search that does not mean what it says is warned of, with a link to what it means", async ({
  page,
}) => {
  await page.goto("/search/?product=~Wre");
  await page.getByRole("link", { name: "Correct product" }).click();
  await expect(page.getByRole("textbox", { name: "Query" })).toHaveValue('product ~ "Wre"');
  await expect(page.getByRole("region", { name: "Crash reports" })).toContainText("Wren");
});

test("all crashes that were found come as a file, also those beyond the first page", async ({ page }) => {
  await page.goto("/search/?product=Kestrel&_columns=product&_columns=version&_sort=version");
  const found = Number(
    (await page.getByRole("link", { name: /^Crash reports/ }).innerText()).replace(/\D/g, ""),
  );
  expect(found).toBeGreaterThan(50);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV", exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  const [head, ...rows] = (await readFile(await download.path(), "utf8")).trim().split(/\r?\n/);
  expect(head).toBe("uuid,product,version");
  expect(rows).toHaveLength(found);
  const versions = rows.map((row) => row.split(",")[2]);
  expect(new Set(rows.map((row) => row.split(",")[1]))).toEqual(new Set(["Kestrel"]));
  expect(new Set(versions).size).toBeGreaterThan(1);
});

test("who may ask no custom query, or has no Elasticsearch, is told so and led back", async ({ page }) => {
  await page.goto("/search/custom/?product=Kestrel");
  await expect(page.getByText("You may not ask custom queries.")).toBeVisible();
  await signInToDemo(page);
  await page.reload();
  await expect(page.getByText("There are no custom queries.")).toBeVisible();
  await page.getByRole("link", { name: "Back to Super Search" }).click();
  await expect(page).toHaveURL(/\/search\/\?product=Kestrel$/);
  await expect(page.getByRole("link", { name: "Customize the query" })).toHaveCount(0);
});
