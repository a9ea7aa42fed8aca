import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "bench/*.test.ts",
            "lib/**/*.test.ts",
            "components/**/*.test.tsx",
            "app/**/*.test.ts",
            "bin/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.integration.test.ts"],
          setupFiles: ["test/fail-on-console.ts"],
          testTimeout: 15_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          // Google's clients look for their own data centre otherwise, and wait for it.
          env: { METADATA_SERVER_DETECTION: "none" },
          globalSetup: ["test/services/shared-services.ts"],
          include: ["test/{gates,integration}/**/*.test.ts", "lib/**/*.integration.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
