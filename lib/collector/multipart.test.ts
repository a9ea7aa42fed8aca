import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partsOf } from "./multipart";

interface ReadPart {
  readonly name: string | undefined;
  readonly isFile: boolean;
  readonly contentType: string;
  readonly charset: string | undefined;
  readonly text: string;
}

/** Reads a body that arrives in pieces of the given sizes, over and over; a refusal ends the list as its reason. */
async function read(body: Buffer, sizes: readonly number[] = [body.length]): Promise<(ReadPart | string)[]> {
  const pieces: Buffer[] = [];
  for (let start = 0, turn = 0; start < body.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    pieces.push(body.subarray(start, end));
    start = end;
  }
  const found: (ReadPart | string)[] = [];
  try {
    for await (const { content, ...part } of partsOf(Readable.from(pieces, { objectMode: false }), "b"))
      found.push({ ...part, text: (await buffer(content)).toString("latin1") });
  } catch (error) {
    if (!(error instanceof Error && "reason" in error)) throw error;
    return [String(error.reason)];
  }
  return found;
}

const part = (disposition: string, type = "") =>
  Buffer.from(`--b\r\nContent-Disposition: ${disposition}\r\n${type}\r\nx\r\n--b--\r\n`);

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("the parts of a multipart body", () => {
  it("are the same however the body is cut into pieces", async () => {
    const content = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(content, fc.boolean()), { minLength: 1, maxLength: 6 }),
        sizes,
        async (contents, cut) => {
          const expected = contents.map(([bytes, isFile], index) => ({
            name: `k${index}`,
            isFile,
            filename: isFile ? "f" : undefined,
            contentType: isFile ? "application/octet-stream" : "text/plain",
            charset: undefined,
            text: Buffer.from(bytes).toString("latin1"),
          }));
          const body = Buffer.concat([
            ...expected.flatMap(({ name, isFile, text }) => [
              Buffer.from(
                `--b\r\nContent-Disposition: form-data; name="${name}"${isFile ? "; filename=f" : ""}\r\n\r\n`,
              ),
              Buffer.from(text, "latin1"),
              Buffer.from("\r\n"),
            ]),
            Buffer.from("--b--\r\n"),
          ]);
          fc.pre(expected.every(({ text }) => !`\r\n${text}`.includes("\r\n--b")));
          expect(await read(body)).toEqual(expected);
          expect(await read(body, cut)).toEqual(expected);
        },
      ),
    );
  });

  it("come to an end or are refused, whatever the body is", async () => {
    const field = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n';
    const token = fc.constantFrom(
      field,
      "--b",
      "--b--",
      "\r\n",
      "\r",
      "\n",
      "-",
      ":",
      ";",
      '"',
      "\0",
      "\r\n\r\n",
      "Content-Type: ",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 1, maxLength: 15 }), sizes, async (tokens, cut) => {
        const body = Buffer.from(tokens.join(""));
        expect(await read(body, cut)).toEqual(await read(body));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['form-data; name="a b"', { name: "a b", isFile: false }],
    ["form-data; name=plain; filename=f", { name: "plain", isFile: true }],
    ['form-data; filename=""; name="a"', { name: "a", isFile: true }],
    ["form-data; filename*=utf-8''f; NAME=a", { name: "a", isFile: true }],
    ['form-data; name="a\\"b\\\\c\\d"', { name: 'a"b\\c\\d', isFile: false }],
    ['form-data; name="x; filename=y"', { name: "x; filename=y", isFile: false }],
    ['form-data; name="Ключ"', { name: "Ключ", isFile: false }],
    ["form-data", { name: undefined, isFile: false }],
  ])("are described by Content-Disposition: %s", async (disposition, expected) => {
    expect(await read(part(disposition))).toMatchObject([expected]);
  });

  it("have the media type and charset that their Content-Type names, in any case", async () => {
    expect(
      await read(part("form-data; name=a", 'Content-TYPE: Text/Plain; Charset="ISO-8859-1"\r\n')),
    ).toMatchObject([{ contentType: "text/plain", charset: "ISO-8859-1" }]);
  });

  it("are followed and preceded by anything", async () => {
    const body = Buffer.concat([
      Buffer.from("preamble\r\n"),
      part("form-data; name=a"),
      Buffer.alloc(200_000, "-"),
    ]);
    expect(await read(body, [9_000])).toMatchObject([{ name: "a", text: "x" }]);
  });

  it("are at most 50,000", async () => {
    const one = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
    expect(await read(Buffer.from(`${one.repeat(50_001)}--b--\r\n`))).toEqual(["malformed_too_many_parts"]);
  });
});
