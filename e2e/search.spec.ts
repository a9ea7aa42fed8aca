import { expect, test } from "./demo";

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
