import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { encodeSubmission } from "#lib/sampledata/encode-submission";
import { sampleSubmissions, type SampleSubmission } from "#lib/sampledata/submissions";
import { isSearchable, submit, superSearch } from "#test/send-crash";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";

let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let server: ServerProcess | undefined;
beforeEach(async () => {
  data = await temporaryDataDirectory();
});
afterEach(async () => {
  await server?.stop();
  await data.remove();
});

/** Sends until the server is gone; gives the ids that were acknowledged. */
async function sendUntilGone(
  url: string,
  submissions: Iterator<SampleSubmission>,
  onAcknowledged: (count: number) => void,
): Promise<readonly CrashId[]> {
  const acknowledged: CrashId[] = [];
  const sender = async () => {
    for (let next = submissions.next(); !next.done; next = submissions.next()) {
      const submission = {
        ...next.value,
        annotations: { ...next.value.annotations, uuid: next.value.crashId },
      };
      const { headers, body } = encodeSubmission(submission);
      const answer = await fetch(`${url}/submit`, { method: "POST", headers, body: Buffer.from(body) }).then(
        (response) => response.text(),
        () => null,
      );
      if (answer === null) return;
      if (answer.startsWith(`CrashID=bp-${next.value.crashId}`))
        onAcknowledged(acknowledged.push(next.value.crashId));
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return acknowledged;
}

describe("a server that is killed while crashes come", () => {
  it("has, when it runs again, every acknowledged crash processed and searchable exactly once", async () => {
    const running = await startServerProcess(data.path);
    let killing: Promise<void> | undefined;
    const submissions = sampleSubmissions({ count: 500, seed: 7, now: new Date(), days: 1 });
    const acknowledged = await sendUntilGone(running.url, submissions, (count) => {
      if (count === 250) killing = running.kill();
    });
    await killing;
    expect(acknowledged.length).toBeGreaterThanOrEqual(250);
    server = await startServerProcess(data.path);
    const { url } = server;
    const ids = async () => {
      const found: unknown[] = [];
      for (let offset = 0; ; offset += 1000) {
        const { hits } = await superSearch(
          url,
          `_columns=uuid&_facets_size=0&_results_number=1000&_results_offset=${offset}`,
        );
        if (hits.length === 0) return found;
        found.push(...hits.map(({ uuid }) => uuid));
      }
    };
    const missing = async () => {
      const found = new Set(await ids());
      return acknowledged.filter((id) => !found.has(id)).length;
    };
    await expect.poll(missing, { timeout: 120_000, interval: 500 }).toBe(0);
    const all = await ids();
    expect(new Set(all).size).toBe(all.length);
    for (const id of acknowledged.slice(0, 20))
      expect((await fetch(`${url}/api/ProcessedCrash/?crash_id=${id}`)).status).toBe(200);
  });
});

describe("a server that is stopped", () => {
  it("finishes what is in work, and goes on with the rest when it runs again", async () => {
    const first = await startServerProcess(data.path);
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => submit(first.url, { ProductName: "Kestrel" }, "assert")),
    );
    expect(await first.stop()).toBe(0);
    server = await startServerProcess(data.path);
    const { url } = server;
    for (const id of ids) await expect.poll(() => isSearchable(url, id), { timeout: 60_000 }).toBe(true);
  });

  it("does not start on bad settings, and names them in one line", async () => {
    await expect(startServerProcess(data.path, { PORT: "eighty" })).rejects.toThrow(
      /ended with 1: PORT \(from environment\): "eighty" is not accepted[^\n]*\n$/,
    );
    await expect(startServerProcess(data.path, { CRASHSTORAGE: "floppy" })).rejects.toThrow(
      /CRASHSTORAGE: "floppy" is no crash storage/,
    );
    await expect(startServerProcess(data.path, { CRASHQUEUE_URL: "floppy:" })).rejects.toThrow(
      /CRASHQUEUE_URL: "floppy:" is not accepted/,
    );
    await expect(startServerProcess(data.path, { COLLECTOR_THROTTLE_RULES: "/none" })).rejects.toThrow(
      /COLLECTOR_THROTTLE_RULES: \/none/,
    );
    await expect(startServerProcess(data.path, { SIGLISTS_DIR: "/none" })).rejects.toThrow(
      /SIGLISTS_DIR: \/none/,
    );
  });

  it("does not start on a port that is taken, says so in one line, and lets go of its data folder", async () => {
    const other = await temporaryDataDirectory();
    server = await startServerProcess(data.path);
    const { port } = new URL(server.url);
    await expect(startServerProcess(other.path, { PORT: port })).rejects.toThrow(
      new RegExp(`ended with 1: .*PORT: 127\\.0\\.0\\.1:${port} is taken[^\\n]*\\n$`, "s"),
    );
    const third = await startServerProcess(other.path);
    expect(await third.stop()).toBe(0);
    await other.remove();
  });

  it("refuses a data folder that another server has, naming it", async () => {
    server = await startServerProcess(data.path);
    await expect(startServerProcess(data.path)).rejects.toThrow(
      /CRASHSTATS_DATA_DIR: .* is in use by process \d+/,
    );
  });

  it("refuses one of which another server has the database alone", async () => {
    server = await startServerProcess(data.path, { ELASTICSEARCH_URL: "http://127.0.0.1:9" });
    await expect(startServerProcess(data.path)).rejects.toThrow(
      /CRASHSTATS_DATA_DIR: .* is in use by process \d+/,
    );
  });
});
