import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { S3_KEYS, startS3Gateway, type S3Gateway } from "#test/services/s3-gateway";
import { isSearchable, submit } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let gateway: S3Gateway;
let server: ServerProcess;
beforeAll(async () => {
  data = await temporaryDataDirectory();
  gateway = await startS3Gateway();
  const s3 = `s3(bucket=${gateway.bucket}, prefix=test, endpoint=${gateway.endpoint}, region=us-east-1)`;
  const fallback = `fs-permanent(${join(data.path, "fallback")})`;
  server = await startServerProcess(data.path, { ...S3_KEYS, CRASHSTORAGE: `fallback(${s3}, ${fallback})` });
});
afterAll(async () => {
  await server.stop();
  await gateway.remove();
  await data.remove();
});

const send = () => submit(server.url, { ProductName: "Kestrel", Version: "130.0" }, "segfault");
const found = (id: CrashId) =>
  expect.poll(() => isSearchable(server.url, id), { timeout: 90_000 }).toBe(true);
const report = async (id: CrashId) => (await fetch(`${server.url}/report/index/${id}`)).text();

it("crashes kept in S3 are processed and read; while S3 is away they go to the fallback, and are processed when it is back", async () => {
  const before = await send();
  await found(before);
  expect(await report(before)).toContain("kestrel::net::Cache");

  await gateway.kill();
  const meanwhile = await send();
  expect(server.log()).toContain("the primary crash storage failed; its fallback is used");

  await gateway.start();
  const after = await send();
  for (const id of [meanwhile, after]) await found(id);
  for (const id of [before, meanwhile, after]) expect(await report(id)).toContain("kestrel::net::Cache");
});
