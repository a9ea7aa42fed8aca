import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "./config";
import { SETTINGS } from "./settings";
import { siglistsDirectory } from "./variables";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "config-"))));
afterEach(() => rm(directory, { recursive: true }));

const effectiveOf = (environment: Record<string, string>, name: string) =>
  loadConfig(environment, directory).effective.find((setting) => setting.name === name);

it("the folder of signature lists is the same with and without all other settings", async () => {
  await writeFile(join(directory, ".env"), "SIGLISTS_DIR=/from/file\nPORT=wrong\n");
  expect(siglistsDirectory({}, directory)).toBe("/from/file");
  for (const environment of [{ PORT: "1" }, { PORT: "1", SIGLISTS_DIR: "/from/environment" }])
    expect(loadConfig(environment, directory).config.siglistsDirectory).toBe(
      siglistsDirectory(environment, directory),
    );
});

describe("loadConfig", () => {
  it("takes every default without any environment", () => {
    const { config, effective } = loadConfig({}, directory);
    expect(config.port).toBe(8000);
    expect(config.host).toBe("127.0.0.1");
    expect(effective.every((setting) => setting.source === "default")).toBe(true);
  });

  it("prefers the environment to .env.local, that to .env, that to the default, and says which", async () => {
    await writeFile(join(directory, ".env"), "PORT=1111\nHOST=file.example\nLOG_LEVEL=debug\n");
    await writeFile(join(directory, ".env.local"), "PORT=2222\nLOG_LEVEL=trace\n");
    expect(effectiveOf({ PORT: "3333" }, "PORT")).toMatchObject({ shown: "3333", source: "environment" });
    expect(effectiveOf({}, "PORT")).toMatchObject({ shown: "2222", source: ".env.local" });
    expect(effectiveOf({}, "HOST")).toMatchObject({ shown: "file.example", source: ".env" });
  });

  it("never shows a secret", () => {
    const { effective } = loadConfig({ COLLECTOR_TRUSTED_TOKEN: "hunter2" }, directory);
    expect(JSON.stringify(effective)).not.toContain("hunter2");
    const services = "super_search=elasticsearch(url=http://me:hunter2@archive:9200/a@b)";
    expect(effectiveOf({ MIDDLEWARE_SERVICES: services }, "MIDDLEWARE_SERVICES")).toMatchObject({
      shown: "super_search=elasticsearch(url=http://(hidden)@archive:9200/a@b)",
    });
  });

  it.each([
    ["PORT", "eighty", "whole number"],
    ["PORT", "70000", "from 0 to 65535"],
    ["LOG_LEVEL", "loud", "loud"],
    ["SYMBOLS_URLS", "ftp://x", "http"],
    ["CRASHSTATS_DATA_DIR", "", "empty"],
  ])("refuses %s=%s in one line that names the setting and what is accepted", (name, value, reason) => {
    expect(() => loadConfig({ [name]: value }, directory)).toThrow(
      new RegExp(`^${name} \\(from environment\\): .*${reason}[^\n]*$`),
    );
  });

  it("gives each setting its own name and a sentence", () => {
    const all = Object.values(SETTINGS);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { doc } of all) expect(doc).toMatch(/^[A-Z].*\.$/);
  });
});
