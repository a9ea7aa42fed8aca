import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crashApi } from "#lib/crash-data/crash-api";
import { builtInSiglists } from "#lib/signature/siglists";
import { remakeSignatures, type Remaking } from "./remake-signatures";
import { SIGNATURE_FORMATS } from "./signature-formats";

const id = (digit: number) => `${digit}aaaaaaa-0000-4000-8000-000000261120`;
const SAME = id(0);
const OTHER = id(1);
const MISSING = id(2);
const FAILING = id(3);
const LIMITED = id(4);
const FORBIDDEN = id(5);
const ODD = id(6);

const crash = (signature: string) => ({
  signature,
  abort_message: "a `b`",
  json_dump: { crash_info: {}, threads: [{ frames: [{ function: "app::f(int)" }] }] },
});

/** What the server has for each crash. */
const ANSWERS: Readonly<Record<string, readonly [number, object]>> = {
  [SAME]: [200, crash("Abort | a `b` | app::f")],
  [OTHER]: [200, crash('old, "one"')],
  [MISSING]: [404, { error: "not found" }],
  [FAILING]: [500, { error: "the server before this one answered 429 " }],
  [LIMITED]: [429, {}],
  [FORBIDDEN]: [403, { error: "no" }],
  [ODD]: [200, { uuid: "another" }],
};

let server: Server;
let host: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    const asked = new URL(request.url ?? "", "http://x").searchParams.get("crash_id") ?? "";
    const [status, body] = ANSWERS[asked] ?? [404, {}];
    response.writeHead(status).end(JSON.stringify({ uuid: asked, ...body }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function remade(words: readonly string[], options: Partial<Remaking> = {}) {
  const [printed, warned]: [string[], string[]] = [[], []];
  const isFine = await remakeSignatures({
    words,
    source: crashApi({ host, token: null, delaysSeconds: [0] }),
    host: "https://crashes.example",
    siglists: builtInSiglists(),
    format: SIGNATURE_FORMATS.text,
    verbose: false,
    differentOnly: false,
    print: (text) => printed.push(text),
    warn: (text) => warned.push(text),
    ...options,
  });
  return { isFine, printed: printed.join(""), warned: warned.join("") };
}

describe("remakeSignatures", () => {
  it("prints old and new signature as text, with notes, and a blank line between crashes", async () => {
    const { isFine, printed, warned } = await remade([SAME, OTHER]);
    expect(warned).toBe("");
    expect(isFine).toBe(true);
    expect(printed).toBe(
      [
        `Crash id: ${SAME}`,
        "Original: Abort | a `b` | app::f",
        "New:      Abort | a `b` | app::f",
        "Same?:    True",
        "",
        `Crash id: ${OTHER}`,
        'Original: old, "one"',
        "New:      Abort | a `b` | app::f",
        "Same?:    False",
        "",
      ].join("\n"),
    );
  });

  it("prints debug log and extra values, too, when it is verbose", async () => {
    const { printed } = await remade([SAME], { verbose: true });
    expect(printed.split("\n").slice(4)).toEqual([
      "Debug:    (5)",
      "          SignatureGenerationRule: using CSignatureTool",
      "          SignatureGenerationRule: using included signature lists",
      '          SignatureGenerationRule: not a prefix; stop: "app::f"',
      '          SignatureGenerationRule: change signature: "" -> "app::f"',
      '          AbortSignature: change signature: "app::f" -> "Abort | a `b` | app::f"',
      "Extra:",
      "          normalized_frames:",
      "          - app::f",
      "          proto_signature: app::f",
      "",
    ]);
  });

  it("prints CSV with every cell in quotes and notes as a list of Python", async () => {
    const { printed } = await remade([OTHER], { format: SIGNATURE_FORMATS.csv });
    expect(printed).toBe(
      `"crashid","old","new","same?","notes"\r\n"${OTHER}","old, ""one""","Abort | a \`b\` | app::f","False","[]"\r\n`,
    );
  });

  it("prints JSON, one crash a line, with everything when it is verbose", async () => {
    const { printed } = await remade([SAME, OTHER], { format: SIGNATURE_FORMATS.json });
    const [first, second] = printed
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toEqual({
      crash_id: SAME,
      old: "Abort | a `b` | app::f",
      new: "Abort | a `b` | app::f",
      same: true,
      notes: [],
    });
    expect(second).toMatchObject({ crash_id: OTHER, same: false });
    const verbose = await remade([SAME], { format: SIGNATURE_FORMATS.json, verbose: true });
    expect(JSON.parse(verbose.printed)).toMatchObject({ extra: { proto_signature: "app::f" } });
  });

  it("prints Markdown that links to the report", async () => {
    const { printed } = await remade([SAME], { format: SIGNATURE_FORMATS.markdown });
    expect(printed).toBe(
      [
        `**Crash id:** [${SAME}](https://crashes.example/report/index/${SAME})`,
        "**Original:** `Abort | a \\`b\\` | app::f`",
        "**New:** `Abort | a \\`b\\` | app::f`",
        "**Same?:** True",
        "**Notes:** (0)",
        "",
        "",
      ].join("\n"),
    );
  });

  it("leaves out what stays as it is, when only differences are wanted", async () => {
    const { printed } = await remade([SAME, OTHER], { differentOnly: true, format: SIGNATURE_FORMATS.json });
    expect(printed.trimEnd().split("\n")).toHaveLength(1);
    expect(printed).toContain(OTHER);
  });

  it("takes ids with bp- and addresses of reports", async () => {
    const words = [`bp-${SAME}`, `https://crash-stats.mozilla.org/report/index/${SAME}?x=1`];
    const { isFine, printed } = await remade(words, { format: SIGNATURE_FORMATS.json });
    expect(isFine).toBe(true);
    expect(printed.trimEnd().split("\n")).toHaveLength(2);
  });

  it("warns of ids that are none, crashes that are not there and failures, and goes on", async () => {
    const words = ["x", `https://other.example/x/${SAME}`, MISSING, FAILING, ODD, SAME];
    const { isFine, printed, warned } = await remade(words, { format: SIGNATURE_FORMATS.json });
    expect(isFine).toBe(false);
    expect(printed).toContain(SAME);
    expect(warned.split("\n")).toEqual([
      "WARNING: Error: x is not a valid crash id",
      `WARNING: Error: https://other.example/x/${SAME} is not a valid crash id`,
      `WARNING: ${MISSING}: does not have processed crash.`,
      `WARNING: ${host} answered 500 for ${FAILING}: {"uuid":"${FAILING}","error":"the server before this one answered 429 "}`,
      `WARNING: What the server has of ${ODD} is not a crash of that id.`,
      "",
    ]);
  });

  it.each([
    [LIMITED, "API rate limit reached. "],
    [FORBIDDEN, "Error fetching processed crash: "],
  ])("ends where the server answers nothing further, as for %s", async (first, message) => {
    const { isFine, printed, warned } = await remade([first, SAME], { format: SIGNATURE_FORMATS.json });
    expect(isFine).toBe(false);
    expect(printed).toBe("");
    expect(warned).toContain(`WARNING: ${message}`);
  });
});
