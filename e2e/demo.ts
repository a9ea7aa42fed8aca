import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { SESSION_COOKIE } from "#lib/auth/session";
import { inheritedEnvironment } from "#lib/config/config";

/** Fails a test whose pages wrote errors into the browser's console or broke their own content policy. */
export const test = base.extend<{ readonly consoleErrors: string[] }>({
  baseURL: ({ baseURL: _ }, use) => use(demoUrl()),
  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(String(error)));
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Where the demo of this run answers. */
export function demoUrl(): string {
  return ofDemo("DEMO_URL");
}

/** Signs the browser in as the superuser of the demo. */
export async function signInToDemo(page: Page): Promise<void> {
  const cookie = { name: SESSION_COOKIE, value: ofDemo("DEMO_SESSION"), url: demoUrl() };
  await page.context().addCookies([cookie]);
}

function ofDemo(variable: string): string {
  const value = inheritedEnvironment()[variable];
  if (value === undefined) throw new Error("The demo has not been started.");
  return value;
}

/** Presses Tab until something has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const mostSteps = 200;
  for (let step = 0; step < mostSteps; step += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${target.toString()} cannot be reached with the Tab key.`);
}
