import { readdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import { StorageUnavailable } from "#lib/core/errors";
import {
  annotation,
  BOUNDARY,
  collectorHarness,
  dump,
  encode,
  LIMIT,
  MULTIPART,
  product,
} from "#test/collector-harness";

const collector = collectorHarness();

describe("a submission that is refused", () => {
  const body = encode([product]);

  type Refused = [string, Uint8Array, Record<string, string>, string];

  it.each<Refused>([
    ["without a content type", body, {}, "malformed_no_content_type"],
    ["of another content type", body, { "Content-Type": "application/json" }, "malformed_wrong_content_type"],
    ["without a boundary", body, { "Content-Type": "multipart/form-data" }, "malformed_no_boundary"],
    ["that is empty", new Uint8Array(0), MULTIPART, "malformed_no_content_length"],
    [
      "that is empty and chunked",
      new Uint8Array(0),
      { ...MULTIPART, "Transfer-Encoding": "chunked" },
      "malformed_no_content_length",
    ],
    [
      "that is empty and said to be gzip",
      new Uint8Array(0),
      { ...MULTIPART, "Content-Encoding": "gzip" },
      "malformed_no_content_length",
    ],
    ["that is gzip and does not say so", gzipSync(body), MULTIPART, "malformed_invalid_payload_structure"],
    ["that is no multipart", Buffer.from("hello"), MULTIPART, "malformed_invalid_payload_structure"],
    ["without its last boundary", encode([product], ""), MULTIPART, "malformed_invalid_payload_structure"],
    [
      "cut off inside a dump",
      encode([product, dump(new Uint8Array(100_000))]).subarray(0, 50_000),
      MULTIPART,
      "malformed_invalid_payload_structure",
    ],
    [
      "with another boundary than it says",
      body,
      { "Content-Type": "multipart/form-data; boundary=other" },
      "malformed_invalid_payload_structure",
    ],
    ["with gzip that is none", body, { ...MULTIPART, "Content-Encoding": "gzip" }, "malformed_bad_gzip"],
    [
      "with gzip that is cut off",
      gzipSync(body).subarray(0, 40),
      { ...MULTIPART, "Content-Encoding": "gzip" },
      "malformed_bad_gzip",
    ],
    ["without annotations", encode([dump(Uint8Array.of(1))]), MULTIPART, "malformed_no_annotations"],
    [
      "with JSON that is none",
      encode([{ name: "extra", type: "application/json", content: "{" }]),
      MULTIPART,
      "malformed_invalid_json",
    ],
    [
      "with JSON that is not UTF-8",
      encode([{ name: "extra", type: "application/json", content: Uint8Array.of(0x22, 0xff, 0x22) }]),
      MULTIPART,
      "malformed_invalid_json",
    ],
    [
      "with JSON that is a list",
      encode([{ name: "extra", type: "application/json", content: "[1]" }]),
      MULTIPART,
      "malformed_invalid_json_value",
    ],
    [
      "with JSON that nests without end",
      encode([
        {
          name: "extra",
          type: "application/json",
          content: `{"a":${"[".repeat(4_000)}${"]".repeat(4_000)}}`,
        },
      ]),
      MULTIPART,
      "malformed_invalid_json_value",
    ],
    [
      "with more than 100 dumps",
      encode([product, ...Array.from({ length: 101 }, (_, index) => dump(Uint8Array.of(1), `dump${index}`))]),
      MULTIPART,
      "malformed_too_many_dumps",
    ],
    ...["raw_crash", "dump_names", "processed/_crash"].map((name): Refused => [
      `with the reserved dump name ${name}`,
      encode([product, dump(Uint8Array.of(1), name)]),
      MULTIPART,
      "malformed_invalid_dump_name",
    ]),
  ])("%s gets the reason", async (_, content, headers, reason) => {
    await collector.start();
    expect(await collector.post(content, headers)).toMatchObject({
      status: 400,
      body: `Discarded=${reason}`,
    });
    expect(await collector.queued()).toBe(0);
  });

  it("because a field has 30 MB is answered 413, with and without a length", async () => {
    await collector.start();
    const large = encode([product, annotation("Large", "x".repeat(30_000_000))]);
    const refused = { status: 413, body: "Discarded=payload_too_large" };
    expect(
      await collector.post(large, { ...MULTIPART, "Content-Length": String(large.length) }),
    ).toMatchObject(refused);
    expect(await collector.post([large], { ...MULTIPART, "Transfer-Encoding": "chunked" })).toMatchObject(
      refused,
    );
  });

  it("because it grows too large when decompressed is answered 413", async () => {
    await collector.start();
    const zeros = gzipSync(new Uint8Array(20_000_000));
    const start = gzipSync(encode([product, dump(new Uint8Array(0))], "").subarray(0, -2));
    const bomb = Buffer.concat([start, ...Array.from({ length: 1_000 }, () => zeros)]);
    expect(await collector.post(bomb, { ...MULTIPART, "Content-Encoding": "gzip" })).toMatchObject({
      status: 413,
      body: "Discarded=payload_too_large",
    });
  });

  it("by a method that is none of ours says which is", async () => {
    await collector.start();
    const answer = await fetch(`http://127.0.0.1:${collector.port}/submit`);
    expect([answer.status, answer.headers.get("allow"), await answer.json()]).toEqual([
      405,
      "POST",
      { title: "405 Method Not Allowed" },
    ]);
  });
});

describe("a client", () => {
  const head = (extra: string) =>
    `POST /submit HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${extra}\r\n`;

  async function talk(first: string): Promise<string> {
    const socket = connect(collector.port, "127.0.0.1");
    socket.write(first);
    return text(socket);
  }

  it("that stops sending is answered and cut off", async () => {
    await collector.start({ idleSeconds: 0.2 });
    const answer = await talk(`${head("Content-Length: 5000\r\n")}--${BOUNDARY}\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 408 .*Discarded=timeout$/s);
  });

  it("that sends too much gets to read why, also when it reads only after it has sent all", async () => {
    await collector.start();
    const large = Buffer.alloc(LIMIT + 1);
    const socket = connect(collector.port, "127.0.0.1");
    socket.write(head(`Content-Length: ${large.length}\r\n`));
    await new Promise((resolve) => socket.write(large, resolve));
    expect(await text(socket)).toMatch(/^HTTP\/1.1 413 .*Discarded=payload_too_large$/s);
  });

  it("that never stops sending is cut off", async () => {
    await collector.start();
    const socket = connect(collector.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const megabyte = Buffer.alloc(1_000_000);
    const send = () => void socket.write(megabyte, (error) => (error ? undefined : send()));
    socket.on("error", () => undefined).resume();
    socket.write(head("Content-Length: 100000000000\r\n"));
    send();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(200_000_000);
  });

  it("that goes away in the middle leaves nothing behind", async () => {
    await collector.start();
    const spooled = () => readdir(join(collector.directory, "spool")).catch(() => []);
    const socket = connect(collector.port, "127.0.0.1");
    socket.write(head("Content-Length: 500000\r\n"));
    socket.write(encode([product, dump(new Uint8Array(100_000))]).subarray(0, 90_000));
    await expect.poll(spooled).toHaveLength(1);
    socket.destroy();
    await expect.poll(spooled).toEqual([]);
    expect(await collector.queued()).toBe(0);
  });

  it("that asks before it sends is told to go on", async () => {
    await collector.start();
    const body = encode([product]).toString();
    const answer = await talk(
      `${head(`Content-Length: ${body.length}\r\nConnection: close\r\nExpect: 100-continue\r\n`)}${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK.*CrashID=bp-/s);
  });
});

describe("when a crash cannot be kept", () => {
  const unavailable = () => Promise.reject(new StorageUnavailable("disk full"));

  it("the answer is 503 and says to try again, and nothing of it is visible", async () => {
    const id = newCrashId(new Date(), crypto.randomUUID(), 0);
    await collector.start({ storage: { ...collector.storage, saveRaw: unavailable } });
    expect(
      await collector.post(encode([product, annotation("uuid", id), dump(Uint8Array.of(1))])),
    ).toMatchObject({
      status: 503,
      headers: { "retry-after": "60" },
    });
    await expect(collector.storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
    expect(await collector.queued()).toBe(0);
  });

  it("because it cannot be queued, it is taken back", async () => {
    const id = newCrashId(new Date(), crypto.randomUUID(), 0);
    await collector.start({ queue: { ...collector.queue, publish: unavailable } });
    expect((await collector.post(encode([product, annotation("uuid", id)]))).status).toBe(503);
    await expect(collector.storage.getRaw(id)).rejects.toMatchObject({ code: "crash_id_not_found" });
  });

  it("because it cannot be queued again, what was kept before stays", async () => {
    const id = newCrashId(new Date(), crypto.randomUUID(), 0);
    await collector.storage.saveRaw({ id, raw: { uuid: id, submitted_timestamp: "x" }, dumps: new Map() });
    await collector.start({ queue: { ...collector.queue, publish: unavailable } });
    expect((await collector.post(encode([product, annotation("uuid", id)]))).status).toBe(503);
    expect(await collector.storage.getRaw(id)).toMatchObject({ uuid: id });
  });

  it("because it cannot be queued, what another submission of that id was told is kept stays", async () => {
    const id = newCrashId(new Date(), crypto.randomUUID(), 0);
    let letPublish: () => void = () => undefined;
    const mayPublish = new Promise<void>((resolve) => (letPublish = resolve));
    let published = 0;
    await collector.start({
      queue: {
        ...collector.queue,
        async publish(...publication) {
          await mayPublish;
          return published++ === 0 ? unavailable() : collector.queue.publish(...publication);
        },
      },
    });
    const body = encode([product, annotation("uuid", id), dump(Uint8Array.of(1))]);
    const answers = [collector.post(body), collector.post(body)];
    await expect.poll(() => readdir(join(collector.directory, "spool"))).toHaveLength(2);
    letPublish();
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 503]);
    expect(await collector.storage.getRaw(id)).toMatchObject({ uuid: id });
    expect(await collector.queued()).toBe(1);
  });

  it("by a fault of ours, the answer is 500", async () => {
    await collector.start({
      storage: { ...collector.storage, saveRaw: () => Promise.reject(new TypeError("a bug")) },
    });
    expect(await collector.post(encode([product]))).toMatchObject({ status: 500, body: "" });
  });

  it("because the spool cannot be written, the answer is 503", async () => {
    await writeFile(join(collector.directory, "file"), "no folder");
    await collector.start({ spoolDirectory: join(collector.directory, "file", "spool") });
    expect((await collector.post(encode([product, dump(Uint8Array.of(1))]))).status).toBe(503);
  });
});
