import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { Busboy } from "@fastify/busboy";
import { describe, expect, it } from "vitest";
import { encodeSubmission, type EncodedSubmission } from "./encode-submission";
import { sampleSubmissions } from "./submissions";

const NOW = new Date("2026-11-24T09:00:00Z");

interface Parsed {
  readonly fields: Map<string, string>;
  readonly files: Map<string, Buffer>;
}

/** Reads a request as a collector does. */
async function parse({ headers, body }: EncodedSubmission): Promise<Parsed> {
  const parser = new Busboy({ headers: { "content-type": headers["content-type"] ?? "" } });
  const parsed: Parsed = { fields: new Map(), files: new Map() };
  parser.on("field", (name, value) => parsed.fields.set(name, value));
  parser.on("file", (name, stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => parsed.files.set(name, Buffer.concat(chunks)));
  });
  const plain = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  await new Promise((resolve, reject) => {
    parser.on("finish", resolve).on("error", reject);
    Readable.from([Buffer.from(plain)]).pipe(parser);
  });
  return parsed;
}

describe("an encoded submission", () => {
  it.each([{ gzip: false }, { gzip: true }])(
    "gives a multipart parser back what it was made of ($gzip)",
    async (options) => {
      for (const submission of sampleSubmissions({ count: 25, seed: 2, now: NOW })) {
        const encoded = encodeSubmission(submission, options);
        expect(encoded.headers["content-length"]).toBe(String(encoded.body.length));
        const { fields, files } = await parse(encoded);
        const extra = files.get("extra")?.toString() ?? fields.get("extra");
        const annotations: unknown =
          submission.format === "json" ? JSON.parse(extra ?? "") : Object.fromEntries(fields);
        expect(annotations).toEqual(submission.annotations);
        for (const [name, dump] of submission.dumps) expect(files.get(name)?.equals(dump), name).toBe(true);
      }
    },
  );
});
