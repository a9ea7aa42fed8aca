import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import {
  acceptedId,
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

describe("an accepted submission", () => {
  it("is stored with its dumps, queued, and answered with its crash id", async () => {
    await collector.start({ now: () => new Date("2026-11-20T01:02:03.456Z") });
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    const answer = await collector.post(
      encode([
        product,
        annotation("Version", "1.0"),
        dump(bytes),
        dump(new Uint8Array(0), "upload_file_minidump_browser"),
      ]),
      { ...MULTIPART, "User-Agent": "tester/1" },
    );
    const id = acceptedId(answer);
    expect(answer.headers["content-type"]).toContain("text/plain");
    expect(id.slice(-7)).toBe("0261120");
    expect(await collector.storage.getRaw(id)).toEqual({
      ProductName: "Kestrel",
      Version: "1.0",
      uuid: id,
      version: 2,
      submitted_timestamp: "2026-11-20T01:02:03.456000+00:00",
      metadata: {
        payload: "multipart",
        payload_compressed: "0",
        payload_size: encode([
          product,
          annotation("Version", "1.0"),
          dump(bytes),
          dump(new Uint8Array(0), "upload_file_minidump_browser"),
        ]).length,
        collector_notes: [],
        dump_checksums: {
          upload_file_minidump: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          upload_file_minidump_browser: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
        user_agent: "tester/1",
        throttle_rule: "accept_everything",
      },
    });
    expect(await buffer(await collector.storage.getDump(id, "upload_file_minidump"))).toEqual(
      Buffer.from(bytes),
    );
    expect(await collector.queued()).toBe(1);
  });

  it("may be gzip, as a whole or in chunks without a length", async () => {
    await collector.start();
    const body = encode([product, dump(new Uint8Array(100_000).fill(5))]);
    const zipped = gzipSync(body);
    const whole = await collector.metadataOf(
      await collector.post(zipped, { ...MULTIPART, "Content-Encoding": "gzip" }),
    );
    expect(whole).toMatchObject({ payload_compressed: "1", payload_size: zipped.length });
    const chunks = [zipped.subarray(0, 10), zipped.subarray(10)];
    expect(
      await collector.metadataOf(
        await collector.post(chunks, {
          ...MULTIPART,
          "Content-Encoding": "gzip",
          "Transfer-Encoding": "chunked",
        }),
      ),
    ).toMatchObject({ payload_compressed: "1" });
    expect(
      await collector.metadataOf(
        await collector.post([body.subarray(0, 99), body.subarray(99)], {
          ...MULTIPART,
          "Transfer-Encoding": "chunked",
        }),
      ),
    ).toMatchObject({ payload_size: body.length });
  });

  it("may carry all its annotations as JSON, which replaces what stood before it", async () => {
    await collector.start();
    const extra = {
      name: "extra",
      type: "application/json",
      content: JSON.stringify({ ProductName: "Heron", Nested: { a: [1, null] }, Number: 5 }),
    };
    const raw = await collector.rawOf(
      await collector.post(encode([annotation("Gone", "x"), extra, annotation("Version", "2")])),
    );
    expect(raw).toMatchObject({ ProductName: "Heron", Nested: { a: [1, null] }, Number: 5, Version: "2" });
    expect(raw).not.toHaveProperty("Gone");
    expect(raw.metadata).toMatchObject({
      payload: "json",
      collector_notes: ["includes annotations as json and as key/value parts"],
    });
  });

  it("keeps a valid crash id that was sent, and makes one for any other", async () => {
    await collector.start();
    const sent = newCrashId(new Date("2026-11-19"), crypto.randomUUID(), 0);
    expect(acceptedId(await collector.post(encode([product, annotation("uuid", sent)])))).toBe(sent);
    for (const bad of [sent.toUpperCase(), "bp", "", sent.slice(0, -2) + "99"]) {
      const answer = await collector.post(encode([product, annotation("uuid", bad)]));
      expect(acceptedId(answer)).not.toBe(bad);
      expect((await collector.metadataOf(answer)).collector_notes).toEqual([
        "uuid sent by the client is not a valid crash id; a new one was made",
      ]);
    }
  });

  it("that comes again under the same crash id is acknowledged, queued again, and not replaced", async () => {
    await collector.start();
    const id = newCrashId(new Date("2026-11-19"), crypto.randomUUID(), 0);
    await collector.post(encode([product, annotation("uuid", id), dump(Uint8Array.of(1))]));
    expect(
      acceptedId(
        await collector.post(
          encode([annotation("ProductName", "Other"), annotation("uuid", id), dump(Uint8Array.of(2))]),
        ),
      ),
    ).toBe(id);
    expect(await collector.storage.getRaw(id)).toMatchObject({ ProductName: "Kestrel" });
    expect(await buffer(await collector.storage.getDump(id, "upload_file_minidump"))).toEqual(Buffer.of(1));
    expect(await collector.queued()).toBe(2);
  });

  it("has only the collector's own facts under the collector's names, and nothing that identifies people", async () => {
    await collector.start();
    const forged = ["metadata", "submitted_timestamp"].map((name) => annotation(name, "forged"));
    const raw = await collector.rawOf(
      await collector.post(
        encode([
          product,
          ...forged,
          annotation("Email", "me@example.com"),
          annotation("TelemetryClientId", "id"),
        ]),
      ),
    );
    expect(JSON.stringify(raw)).not.toMatch(/forged|me@example/);
    expect((raw.metadata as { collector_notes: unknown }).collector_notes).toEqual([
      "Removed Email from raw crash.",
      "Removed TelemetryClientId from raw crash.",
    ]);
  });

  it("of exactly 26,214,400 bytes is taken, and one byte more is not", async () => {
    await collector.start();
    const frame = encode([product, dump(new Uint8Array(0))]).length;
    expect((await collector.post(encode([product, dump(new Uint8Array(LIMIT - frame))]))).status).toBe(200);
    expect(await collector.post(encode([product, dump(new Uint8Array(LIMIT - frame + 1))]))).toMatchObject({
      status: 413,
      body: "Discarded=payload_too_large",
    });
  });

  it("may have 10,000 annotations", async () => {
    await collector.start();
    const many = Array.from({ length: 10_000 }, (_, index) => annotation(`Key${index}`, String(index)));
    expect(await collector.rawOf(await collector.post(encode(many)))).toMatchObject({
      Key0: "0",
      Key9999: "9999",
    });
  });

  it("keeps NUL as it was sent, and drops or mends text that is none, with a note", async () => {
    await collector.start();
    const parts = [
      annotation("A", "x\0y"),
      annotation("B", Uint8Array.of(0xff, 0xfe)),
      annotation("C", "ok"),
    ];
    const answer = await collector.post(encode(parts));
    expect(await collector.rawOf(answer)).toMatchObject({ A: "x\0y", C: "ok" });
    expect(await collector.rawOf(answer)).not.toHaveProperty("B");
    expect((await collector.metadataOf(answer)).collector_notes).toEqual(["B dropped: not UTF-8 text"]);
    const lone = await collector.post(
      encode([{ name: "extra", type: "application/json", content: '{"A":"x\\ud800y","B":["\\udc00"]}' }]),
    );
    expect(await collector.rawOf(lone)).toMatchObject({ A: "x\ufffdy", B: ["\ufffd"] });
    expect((await collector.metadataOf(lone)).collector_notes).toEqual([
      "text with lone surrogates was made well-formed",
    ]);
  });

  it("may have any dump: empty, cut off, random, oddly named or typed", async () => {
    await collector.start();
    const parts = [
      product,
      dump(new Uint8Array(0)),
      {
        ...dump(crypto.getRandomValues(new Uint8Array(999)), "my dump/../name-that-is-much-too-long-for-us"),
        type: "text/x-odd",
      },
      { name: "nothing named", fileName: "a.txt", content: "text with a file name" },
    ];
    const answer = await collector.post(encode(parts));
    const files = await collector.storage.getDumpsAsFiles(acceptedId(answer), collector.directory);
    expect([...files.keys()].sort()).toEqual([
      "mydumpnamethatismuchtoolongfor",
      "nothingnamed",
      "upload_file_minidump",
    ]);
    expect((await collector.metadataOf(answer)).collector_notes).toEqual([
      "unknown content type: my dump/../name-that-is-much-too-long-for-us text/x-odd",
    ]);
  });

  it("has one main dump, whichever of its names the client uses", async () => {
    await collector.start();
    const answer = await collector.post(
      encode([product, dump(Uint8Array.of(1), "dump"), dump(Uint8Array.of(2), "日本")]),
    );
    const files = await collector.storage.getDumpsAsFiles(acceptedId(answer), collector.directory);
    expect([...files.keys()].sort()).toEqual(["unnamed", "upload_file_minidump"]);
    expect(Object.keys((await collector.metadataOf(answer)).dump_checksums as object)).toEqual([
      "upload_file_minidump",
      "unnamed",
    ]);
  });

  it("may have text in the charset that its part names", async () => {
    await collector.start();
    const text = (name: string, charset: string) => ({
      name,
      type: `text/plain; charset=${charset}`,
      content: Uint8Array.of(0x4b, 0xe4, 0x73, 0x65),
    });
    const answer = await collector.post(
      encode([text("A", "ISO-8859-1"), text("B", "utf-8"), text("C", "x-unheard-of")]),
    );
    const raw = await collector.rawOf(answer);
    expect(raw).toMatchObject({ A: "Käse" });
    expect(raw).not.toHaveProperty("B");
    expect((await collector.metadataOf(answer)).collector_notes).toEqual([
      "B dropped: not UTF-8 text",
      "C dropped: not X-UNHEARD-OF text",
    ]);
  });

  it("loses an annotation of more than 20 MiB, and only that", async () => {
    await collector.start();
    const answer = await collector.post(
      encode([product, annotation("Large", new Uint8Array(20 * 1024 * 1024 + 1).fill(0x61))]),
    );
    expect(await collector.rawOf(answer)).not.toHaveProperty("Large");
    expect((await collector.metadataOf(answer)).collector_notes).toEqual([
      "Large dropped: larger than 20 MiB",
    ]);
  });

  it.each([
    `Multipart/Form-Data; Boundary="${BOUNDARY}"`,
    `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`,
    `multipart/mixed;boundary=${BOUNDARY} ; x=y`,
  ])("may have the content type %s", async (type) => {
    await collector.start();
    acceptedId(await collector.post(encode([product]), { "Content-Type": type }));
  });

  it("is logged with its id, rule and sizes, and without what it says", async () => {
    const lines: string[] = [];
    await collector.start({ log: pino({}, { write: (line) => void lines.push(line) }) });
    const body = encode([
      annotation("ProductName", "Secret"),
      annotation("uuid", "Secret"),
      dump(Uint8Array.of(1, 2)),
    ]);
    const crashId = acceptedId(await collector.post(body));
    await collector.post(encode([{ name: "extra", type: "application/json", content: '{"a": Secret' }]));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        crashId,
        rule: "accept_everything",
        dumpCount: 1,
        dumpBytes: 2,
        receivedBytes: body.length,
        status: 200,
      },
      { reason: "Discarded=malformed_invalid_json", status: 400 },
    ]);
    expect(lines.join("")).not.toContain("Secret");
  });

  it("ignores parts without a name", async () => {
    await collector.start();
    expect(
      await collector.rawOf(
        await collector.post(encode([product, { content: "lost" }, { name: "", content: "lost" }])),
      ),
    ).not.toMatchObject({ "": expect.anything() as unknown });
  });

  it("brings any annotations unchanged, as parts and as JSON", async () => {
    await collector.start();
    const own = /^(uuid|version|metadata|submitted_timestamp|Email|Telemetry.*)$/;
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !own.test(text) && !/[\r\n]/.test(text));
    const content = fc.dictionary(name, fc.string({ unit: "grapheme" }), {
      minKeys: 1,
      maxKeys: 8,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(content, async (annotations) => {
        const json = JSON.stringify(annotations);
        const parts = Object.entries(annotations).map(([key, value]) =>
          annotation(key.replace(/["\\]/g, "\\$&"), value),
        );
        for (const sent of [parts, [{ name: "extra", type: "application/json", content: json }]])
          expect(await collector.rawOf(await collector.post(encode(sent)))).toMatchObject(
            JSON.parse(json) as object,
          );
      }),
      {
        numRuns: 25,
        examples: [[JSON.parse('{"__proto__":"a","q\\"\\\\;=":"b","Ключ":"в"}') as Record<string, string>]],
      },
    );
  });
});

describe("a trusted submitter", () => {
  const trustedToken = "s3cret";
  const id = newCrashId(new Date("2026-10-01"), crypto.randomUUID(), 0);
  const parts = (timestamp: string) => [
    product,
    annotation("uuid", id),
    annotation("submitted_timestamp", timestamp),
  ];

  it("may say when a crash was submitted; nobody else may", async () => {
    await collector.start({ trustedToken, now: () => new Date("2026-11-20T00:00:00Z") });
    const other = await collector.post(
      encode([product, annotation("submitted_timestamp", "2026-10-01T05:06:07Z")]),
    );
    expect(await collector.rawOf(other)).toMatchObject({ submitted_timestamp: "2026-11-20T00:00:00+00:00" });
    const trusted = await collector.post(encode(parts("2026-10-01T05:06:07.000089Z")), {
      ...MULTIPART,
      Authorization: `Bearer ${trustedToken}`,
    });
    expect(await collector.rawOf(trusted)).toMatchObject({
      uuid: id,
      submitted_timestamp: "2026-10-01T05:06:07.000089+00:00",
    });
  });

  it("that gives only a date gets a crash id of that day; one that gives only a crash id, the present time", async () => {
    await collector.start({
      trustedToken,
      now: () => new Date("2026-11-20T00:00:00Z"),
      randomUuid: () => "0d0c1b2a-3948-4766-b584-93a2b1c0dfee",
    });
    const headers = { ...MULTIPART, Authorization: `bearer ${trustedToken}` };
    const dated = encode([product, annotation("submitted_timestamp", "2026-10-01T23:59:59Z")]);
    expect(acceptedId(await collector.post(dated, headers))).toBe("0d0c1b2a-3948-4766-b584-93a2b0261001");
    const named = await collector.post(encode([product, annotation("uuid", id)]), headers);
    expect(await collector.rawOf(named)).toMatchObject({
      uuid: id,
      submitted_timestamp: "2026-11-20T00:00:00+00:00",
    });
  });

  it("is told when the date is none or not the crash id's", async () => {
    await collector.start({ trustedToken });
    const headers = { ...MULTIPART, Authorization: `Bearer ${trustedToken}` };
    expect(await collector.post(encode(parts("yesterday")), headers)).toMatchObject({
      status: 400,
      body: "Discarded=submitted_timestamp_is_no_iso_8601_date",
    });
    expect(await collector.post(encode(parts("2026-10-02")), headers)).toMatchObject({
      status: 400,
      body: "Discarded=submitted_timestamp_is_not_of_the_day_of_the_uuid",
    });
  });

  it("with a wrong token, or where nobody is trusted, is refused; other kinds of authorization say nothing", async () => {
    await collector.start({ trustedToken });
    acceptedId(await collector.post(encode([product]), { ...MULTIPART, Authorization: "Basic dTpw" }));
    expect(
      await collector.post(encode([product]), { ...MULTIPART, Authorization: "Bearer wrong" }),
    ).toMatchObject({
      status: 401,
      body: "Discarded=unauthorized",
    });
    await collector.start();
    expect(await collector.post(encode([product]), { ...MULTIPART, Authorization: "Bearer " })).toMatchObject(
      {
        status: 401,
      },
    );
  });
});

describe("throttling", () => {
  const rules = (result: "reject" | "fake_accept" | "defer") => ({
    throttleRules: [{ name: "some_rule", when: { always: true as const }, result }],
  });

  it("answers the name of the rule that rejects, and keeps nothing", async () => {
    await collector.start(rules("reject"));
    expect(await collector.post(encode([product, dump(Uint8Array.of(1))]))).toMatchObject({
      status: 200,
      body: "Discarded=rule_some_rule",
    });
    expect(await collector.queued()).toBe(0);
  });

  it("answers an id and keeps nothing when it only pretends to accept", async () => {
    await collector.start(rules("fake_accept"));
    await expect(collector.rawOf(await collector.post(encode([product])))).rejects.toMatchObject({
      code: "crash_id_not_found",
    });
  });

  it("keeps and does not queue what is deferred", async () => {
    await collector.start(rules("defer"));
    const id = acceptedId(await collector.post(encode([product])));
    expect(id.at(-7)).toBe("1");
    expect(await collector.storage.getRaw(id)).toMatchObject({ ProductName: "Kestrel" });
    expect(await collector.queued()).toBe(0);
  });
});
