import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { EXAMPLE_CRASH_ID } from "#lib/api/examples";
import { createToken } from "#test/crash-stats-command";
import { submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let server: ServerProcess;
let token: string;
let remove: () => Promise<void>;
beforeAll(async () => {
  const data = await temporaryDataDirectory();
  token = await createToken(data.path);
  server = await startServerProcess(data.path, { API_RATE_LIMIT_AUTHENTICATED_PER_MINUTE: "1000000" });
  remove = async () => {
    await server.stop();
    await data.remove();
  };
  // The crash that the document's examples are about.
  await submit(server.url, { ProductName: "Kestrel", Version: "1.0", uuid: EXAMPLE_CRASH_ID }, "segfault");
  const isProcessed = async () =>
    (await fetch(`${server.url}/api/ProcessedCrash/?crash_id=${EXAMPLE_CRASH_ID}`)).ok;
  await vi.waitUntil(isProcessed, { timeout: 30_000 });
});
afterAll(() => remove());

const python = (name: string, ...args: readonly string[]) =>
  promisify(execFile)(resolve(".tools/python/bin", name), args, { cwd: server.dataDirectory });

it("the document is OpenAPI 3.1", async () => {
  const answer = await fetch(`${server.url}/api/openapi.json`);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  const path = join(server.dataDirectory, "openapi.json");
  await writeFile(path, await answer.text());
  await python("openapi-spec-validator", "--schema", "3.1", path);
});

/** No 500, and nothing that the document does not say. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];

it.each(["anonymous", "with a token"])(
  "requests that are made up from it are answered as it says, %s",
  async (who) => {
    const header = who === "anonymous" ? [] : ["-H", `Auth-Token: ${token}`];
    const { stdout } = await python(
      "schemathesis",
      "run",
      `${server.url}/api/openapi.json`,
      `--checks=${CHECKS.join(",")}`,
      "--phases=examples,fuzzing",
      "--max-examples=8",
      "--generation-deterministic",
      "--no-color",
      ...header,
    );
    expect(stdout).toMatch(/(\d+) generated, \1 passed/);
  },
);

it("requests that it forbids are refused as it says", async () => {
  const { stdout } = await python(
    "schemathesis",
    "run",
    `${server.url}/api/openapi.json`,
    `--checks=${CHECKS.join(",")}`,
    "--phases=coverage",
    "--exclude-path-regex=SuperSearch",
    "--generation-deterministic",
    "--no-color",
    "-H",
    `Auth-Token: ${token}`,
  );
  expect(stdout).toMatch(/(\d+) generated, \1 passed/);
});
