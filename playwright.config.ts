import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { inheritedEnvironment } from "#lib/config/config";

const browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/demo-server.ts",
  forbidOnly: inheritedEnvironment().CI !== undefined,
  reporter: [["list"]],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 4,
  fullyParallel: true,
  use: {
    trace: "retain-on-failure",
    launchOptions: {
      ...(browser ? { executablePath: browser } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
