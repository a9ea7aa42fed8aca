import { afterAll, beforeAll, expect, it } from "vitest";
import { statesByName } from "#lib/crontabber/runner";
import { listen, type HttpServer } from "./http-server";
import { openTestServices } from "#test/test-services";
import { crontabberOf, crontabberRoutes, startCrontabber } from "./crontabber";

let open: Awaited<ReturnType<typeof openTestServices>>;
let server: HttpServer;
beforeAll(async () => {
  open = await openTestServices({ CRONTABBER_JOBS: "update-missing|1h, expire-index|1h" });
  const routes = { plain: crontabberRoutes(crontabberOf(open.services)), other: () => Promise.resolve() };
  server = await listen(routes, { host: "127.0.0.1", port: 0 }, open.services.log);
}, 60_000);
afterAll(async () => {
  await server.close();
  await open.close();
});

async function monitoring(): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(`${server.url}/monitoring/crontabber/`);
  return { status: answer.status, body: await answer.json() };
}

it("the jobs of the settings run without being asked, and stopping ends that at once", async () => {
  const crontabber = crontabberOf(open.services);
  const running = startCrontabber(crontabber, 3600);
  await expect
    .poll(async () =>
      [...(await statesByName(crontabber.states)).values()].filter((state) => state.lastSuccess),
    )
    .toHaveLength(2);
  await running.stop();
  expect(await monitoring()).toEqual({ status: 200, body: { status: "ALLGOOD" } });
});

it("/monitoring/crontabber/ answers 503 and which job failed", async () => {
  const { states } = crontabberOf(open.services);
  const known = (await statesByName(states)).get("update-missing");
  if (!known) throw new Error("It never ran.");
  const lastError = { type: "Error", value: "secret", traceback: "secret" };
  await states.overwrite({ ...known, errorCount: 1, lastError });
  expect(await monitoring()).toEqual({
    status: 503,
    body: { status: "Broken", broken: ["update-missing"], blocked: [], overdue: [] },
  });
});

it("a list of jobs that cannot be used is refused before anything runs", () => {
  const { config } = open.services;
  const services = { ...open.services, config: { ...config, crontabberJobs: "update-missing|1w" } };
  expect(() => crontabberOf(services)).toThrow(/^CRONTABBER_JOBS: line 1: .*"1w" is no frequency/);
});
