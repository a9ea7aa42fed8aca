import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { buffer } from "node:stream/consumers";
import { createReadStream } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAIN_DUMP } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import { isAppError } from "#lib/core/errors";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { sampleId } from "#lib/crashstorage/conformance";
import { openCrashStorage } from "#lib/crashstorage/registry";
import type { CrashPart, CrashStorage } from "#lib/crashstorage/storage";
import { processedCrash, rawCrash, rawDump } from "#lib/middleware/crash-data";
import { crashApi } from "./crash-api";
import { crashFolder, type CrashFolder } from "./crash-folder";
import { fetchCrash } from "./fetch-crash";

const TOKEN = "0123456789abcdef0123456789abcdef";
const trusted: Viewer = { email: "a@example.org", can: () => true };
const DUMP = Buffer.alloc(3_000_000, "MDMP");
const checksum = createHash("sha256").update(DUMP).digest("hex");

let directory: string;
let storage: CrashStorage;
let folder: CrashFolder;
let server: Server;
let host: string;
/** How many requests are answered with 503, or cut in the middle of the answer, before the right answer comes. */
let [refusals, cuts] = [0, 0];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fetch-"));
  storage = await openCrashStorage("fs-permanent", { dataDirectory: directory });
  folder = crashFolder(join(directory, "out"));
  [refusals, cuts] = [0, 0];
  server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

/** The API over the services that the server has for it. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", host);
  const viewer = request.headers["auth-token"] === TOKEN ? trusted : anonymous;
  const door = { crashData: storage, keepView: () => Promise.resolve() };
  const asking = { viewer, now: new Date() };
  const id = searchParams.get("crash_id") as CrashId;
  if (refusals-- > 0) {
    response.writeHead(503).end("busy");
    return;
  }
  try {
    if (searchParams.get("format") === "raw") {
      const { content } = await rawDump(door, id, searchParams.get("name"), asking);
      const bytes = await buffer(content);
      response.writeHead(200, { "Content-Length": bytes.length });
      if (cuts-- > 0) response.write(bytes.subarray(0, 1000), () => response.destroy());
      else response.end(bytes);
      return;
    }
    const get = pathname === "/api/RawCrash/" ? rawCrash : processedCrash;
    response.end(JSON.stringify(await get(door, id, asking)));
  } catch (error) {
    response.writeHead(isAppError(error) ? error.status : 500).end("refused");
  }
}

async function save(metadata = { dump_checksums: { [MAIN_DUMP]: checksum } } as object): Promise<CrashId> {
  const id = sampleId();
  const path = join(directory, "dump");
  await writeFile(path, DUMP);
  const raw = { uuid: id, submitted_timestamp: "x", ProductName: "Kestrel", URL: "https://secret", metadata };
  await storage.saveRaw({
    id,
    raw: JSON.parse(JSON.stringify(raw)) as typeof raw & { metadata: never },
    dumps: new Map([[MAIN_DUMP, { path, sizeBytes: DUMP.length }]]),
  });
  return id;
}

const fetching = (
  id: CrashId,
  { token = TOKEN, parts = ["raw", "dumps"] }: { token?: string | null; parts?: readonly CrashPart[] } = {},
) =>
  fetchCrash(id, {
    from: crashApi({ host, token, delaysSeconds: [0, 0] }),
    to: folder,
    parts: new Set(parts),
    temporaryDirectory: directory,
  });
const fetchedDump = async (id: CrashId) =>
  (await folder.getDumpsAsFiles(id, await mkdtemp(join(directory, "out", "read-")))).get(MAIN_DUMP)?.path;
const isWhole = async (id: CrashId) => {
  const hash = createHash("sha256");
  await pipeline(createReadStream((await fetchedDump(id)) ?? ""), hash);
  return hash.digest("hex") === checksum;
};

describe("fetching a crash from the API", () => {
  it("brings the raw crash and every byte of its dumps to those whom the token lets have them", async () => {
    const id = await save();
    expect(await fetching(id)).toBe("fetched");
    expect(await folder.getRaw(id)).toEqual(await storage.getRaw(id));
    expect(await isWhole(id)).toBe(true);
    expect((await readdir(directory)).sort()).toEqual(["crashes", "dump", "out"]);
  });

  it("brings the public parts to everybody else, and says why there are no dumps", async () => {
    const id = await save();
    expect(await fetching(id, { token: null, parts: ["raw"] })).toBe("fetched");
    expect(JSON.stringify(await folder.getRaw(id))).not.toContain("secret");
    await expect(fetching(id, { token: null })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("answered 403") as string,
    });
  });

  it("asks for the main dump where the raw crash does not list its dumps", async () => {
    const id = await save({});
    await fetching(id);
    expect(await isWhole(id)).toBe(true);
  });

  it("tries again what was refused for now or cut off, and gives up in the end", async () => {
    const id = await save();
    refusals = 2;
    cuts = 2;
    expect(await fetching(id)).toBe("fetched");
    expect(await isWhole(id)).toBe(true);
    refusals = 3;
    await expect(fetching(id)).rejects.toMatchObject({ code: "storage_unavailable" });
    server.closeAllConnections();
    server.close();
    await expect(fetching(id)).rejects.toThrow(/does not answer: .*ECONNREFUSED/);
  });

  it("brings the processed crash when there is one", async () => {
    const id = await save();
    expect(await fetching(id, { parts: ["processed"] })).toBe("fetched, but not processed yet");
    await storage.saveProcessed({ uuid: id, signature: "s", date_processed: "x" });
    expect(await fetching(id, { parts: ["processed"] })).toBe("fetched");
    expect(await folder.getUnredactedProcessed(id)).toMatchObject({ signature: "s" });
    await expect(folder.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it("says that a crash is not there, whichever part is asked for", async () => {
    for (const part of ["raw", "dumps", "processed"] as const)
      await expect(fetching(sampleId(), { parts: [part] })).rejects.toMatchObject({
        code: "crash_id_not_found",
      });
  });

  it("keeps nothing of a crash whose dumps are not those that the collector took", async () => {
    const id = await save({ dump_checksums: { [MAIN_DUMP]: "another" } });
    await expect(fetching(id)).rejects.toMatchObject({ code: "storage_corrupt" });
    await expect(folder.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });
});

it("a crash is fetched from a crash storage in the same way", async () => {
  const id = await save();
  await fetchCrash(id, {
    from: storage,
    to: folder,
    parts: new Set<CrashPart>(["raw", "dumps"]),
    temporaryDirectory: directory,
  });
  expect(await folder.getRaw(id)).toEqual(await storage.getRaw(id));
  expect(await isWhole(id)).toBe(true);
});
