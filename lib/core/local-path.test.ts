import fc from "fast-check";
import { expect, it } from "vitest";
import { localPath } from "./local-path";

it.each([
  ["/profile/", "/profile/"],
  ["/search/?product=Wren&_facets=uptime#results", "/search/?product=Wren&_facets=uptime#results"],
  ["/a/../b", "/b"],
])("%s is a place on this site", (text, path) => {
  expect(localPath(text)).toBe(path);
});

it.each([
  "",
  "profile/",
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "javascript:alert(1)",
  "http:evil.example",
  " //evil.example",
])("%j leads to the first page", (text) => {
  expect(localPath(text)).toBe("/");
});

it("leads a browser nowhere else, whatever is written", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "@",
    ":",
    "\t",
    "\n",
    "evil.example",
    "?",
    "#",
    "a",
    "%2f",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const origin = "https://crash-stats.example";
      expect(new URL(localPath(pieces.join("")), `${origin}/signin/`).origin).toBe(origin);
    }),
  );
});
