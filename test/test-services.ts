import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "#lib/config/config";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";
import type { Services } from "#lib/services";
import { copyCurrentDatabase } from "./current-database";

/** All embedded services over a data folder of their own; closing removes it. */
export async function openTestServices(
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly services: Services; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "services-"));
  await copyCurrentDatabase(join(directory, "database"));
  const { config } = loadConfig(
    {
      CRASHSTATS_DATA_DIR: directory,
      API_RATE_LIMIT_PER_MINUTE: "1000000",
      API_RATE_LIMIT_AUTHENTICATED_PER_MINUTE: "1000000",
      ...settings,
    },
    directory,
  );
  const open = await openServices(config, createLog("fatal"));
  return {
    services: open.services,
    async close() {
      await open.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
