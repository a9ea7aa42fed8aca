import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installationDirectory } from "#lib/config/installation";
import type { Services } from "#lib/services";
import type { RequestHandler } from "./http-server";

/** What is asked of each engine; a rejection says that it does not answer. */
export type HealthChecks = Readonly<Record<string, () => Promise<unknown>>>;

/** `/__heartbeat__` (asks every engine), `/__lbheartbeat__` (asks nothing), `/__version__`. */
export function healthRoutes(checks: HealthChecks, installed: string): ReadonlyMap<string, RequestHandler> {
  return new Map<string, RequestHandler>([
    ["/__lbheartbeat__", (_request, response) => answer(response, 200, { ok: true })],
    [
      "/__heartbeat__",
      async (_request, response) => {
        const errors = await findErrors(checks);
        await answer(response, errors.length === 0 ? 200 : 503, { ok: errors.length === 0, errors });
      },
    ],
    ["/__version__", async (_request, response) => answer(response, 200, await version(installed))],
  ]);
}

/** The checks of all services. */
export function serviceChecks({ search, database, queue }: Services): HealthChecks {
  return {
    search: () => search.count(),
    database: () => database.client.product.count(),
    queue: () => queue.depths(),
  };
}

/** The names of the parts that do not answer. */
async function findErrors(checks: HealthChecks): Promise<readonly string[]> {
  const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
  return Object.keys(checks).filter((_, index) => results[index]?.status === "rejected");
}

/** What the build wrote into version.json, and at least the version of the package. */
async function version(installed: string): Promise<object> {
  const built = await readFile(join(installationDirectory(), "version.json"), "utf8").catch(() => "{}");
  return { version: installed, ...(JSON.parse(built) as object) };
}

function answer(response: Parameters<RequestHandler>[1], status: number, body: object): Promise<void> {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
  return Promise.resolve();
}
