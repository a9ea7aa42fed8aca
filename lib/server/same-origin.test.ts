import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { isForged } from "./same-origin";

const HOST = { host: "crash-stats.example:8000" };
const SESSION = { cookie: "theme=dark; crash-stats-session=0a" };

function forged(method: string, url: string, headers: Readonly<Record<string, string>>): boolean {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
  Object.assign(request.headers, HOST, headers);
  return isForged(request);
}

describe("a request that changes something", () => {
  it.each([
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "same-origin", origin: "null" },
    { origin: "http://crash-stats.example:8000" },
    { origin: "https://crash-stats.example:8000" },
  ])("is taken from this site: %j", (headers) => {
    expect(forged("POST", "/signout/now/", { ...SESSION, ...headers })).toBe(false);
  });

  it.each([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: "http://crash-stats.example:8000" },
    { origin: "https://evil.example" },
    { origin: "http://crash-stats.example" },
    { origin: "null" },
    { referer: "http://crash-stats.example:8000/" },
    {},
  ])("is refused from anywhere else, signed in or not: %j", (headers) => {
    expect(forged("POST", "/signin/link/use/", headers as Record<string, string>)).toBe(true);
    expect(forged("DELETE", "/profile/", { ...SESSION, ...headers })).toBe(true);
  });
});

describe("the API", () => {
  it.each(["/api/CrashSignature/", "/upload/", "/upload?x=1", "/search/query", "/search/query/"])(
    "takes requests from every site and from programs when they bring no session: %s",
    (path) => {
      expect(forged("POST", path, { "sec-fetch-site": "cross-site" })).toBe(false);
      expect(forged("POST", path, {})).toBe(false);
    },
  );

  it.each(["/api/Reprocessing/", "/api/tokens/", "/upload/", "/search/query/"])(
    "refuses those of another site that would use somebody's session: %s",
    (path) => {
      expect(forged("POST", path, { ...SESSION, "sec-fetch-site": "cross-site" })).toBe(true);
      expect(forged("POST", path, { ...SESSION, "sec-fetch-site": "same-origin" })).toBe(false);
    },
  );

  it("is no more than its own paths", () => {
    for (const path of ["/uploads", "/search/query/x", "/search/", "/apis/"])
      expect(forged("POST", path, {})).toBe(true);
  });
});

it("what changes nothing is taken from everywhere", () => {
  expect(forged("GET", "/search/", { ...SESSION, "sec-fetch-site": "cross-site" })).toBe(false);
});
