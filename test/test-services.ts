import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "#lib/config/config";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";
import type { Services } from "#lib/services";

/** All embedded services over a data folder of their own; closing removes it. */
export async function openTestServices(): Promise<{ readonly services: Services; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "services-"));
  const { config } = loadConfig({ CRASHSTATS_DATA_DIR: directory }, directory);
  const open = await openServices(config, createLog("fatal"));
  return {
    services: open.services,
    async close() {
      await open.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
