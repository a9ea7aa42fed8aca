import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What axe has against a page as it is, in light and dark. */
export async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes[0]?.html }))).toEqual([]);
  }
}

/** That a page never has to be moved sideways, from desks to small phones. */
export async function expectNoWiderThanScreen(page: Page): Promise<void> {
  for (const width of [1280, 768, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest).toBeLessThanOrEqual(width);
  }
}

/** Both. */
export async function shutsNobodyOut(page: Page): Promise<void> {
  await expectNoViolations(page);
  await expectNoWiderThanScreen(page);
}
