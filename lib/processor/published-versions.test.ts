import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { publishedVersions } from "./published-versions";

const build = { product: "Firefox", channel: "beta", buildId: "20261119000000" };
const HOUR_MS = 3_600_000;

let server: Server;
let asked: string[];
let answers: (readonly [status: number, body: string])[];
let clock: number;
beforeEach(async () => {
  [asked, answers, clock] = [[], [], 0];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const [status, body] = answers.shift() ?? [200, '{"hits": [], "total": 0}'];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => server.close());

const lookUp = () =>
  publishedVersions({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/VersionString/`,
    now: () => clock,
    delaysSeconds: [0, 0],
  });
const hit = [200, '{"hits": [{"version_string": "64.0b4"}], "total": 1}'] as const;

it("a version is asked for once a day", async () => {
  const versionOf = lookUp();
  answers = [hit, hit];
  expect([await versionOf(build), await versionOf(build)]).toEqual(["64.0b4", "64.0b4"]);
  expect(asked).toEqual(["/api/VersionString/?product=Firefox&channel=beta&build_id=20261119000000"]);
  clock = 25 * HOUR_MS;
  expect([await versionOf(build), asked.length]).toEqual(["64.0b4", 2]);
});

it("that there is none is asked again after half an hour", async () => {
  const versionOf = lookUp();
  expect([await versionOf(build), await versionOf(build), asked.length]).toEqual([null, null, 1]);
  clock = HOUR_MS;
  answers = [hit];
  expect(await versionOf(build)).toBe("64.0b4");
});

it("a server that is busy is asked again, and one that stays so or talks nonsense knows of none", async () => {
  answers = [[500, ""], [429, ""], hit];
  expect(await lookUp()(build)).toBe("64.0b4");
  answers = [
    [500, ""],
    [503, ""],
    [500, ""],
  ];
  expect(await lookUp()(build)).toBeNull();
  answers = [[200, "nonsense"]];
  expect(await lookUp()(build)).toBeNull();
  answers = [[404, "{}"]];
  expect(await lookUp()(build)).toBeNull();
});
