import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { zipFile } from "#test/zip-file";
import { storeSymbols } from "./symbol-store";
import { unpackSymbols } from "./unpack-symbols";

const ID = "A181284306CA50C172E3446A99F04D0A0";
const LINE = `MODULE Linux x86_64 ${ID} kestrel`;
const SYMBOLS = `${LINE}\nFUNC 10 5 0 main\n`;
const MOST = 1_500_000;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpack-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function* sent(...files: readonly (Buffer | string)[]) {
  for (const [index, content] of files.entries()) {
    await Promise.resolve();
    yield { name: `file-${index}`, content: chunks(Buffer.from(content)) };
  }
}
async function* chunks(content: Buffer) {
  for (let at = 0; at < content.length; at += 10_000) {
    await Promise.resolve();
    yield content.subarray(at, at + 10_000);
  }
}
const unpacked = async (...files: readonly (Buffer | string)[]) =>
  unpackSymbols(sent(...files), await mkdtemp(join(directory, "own-")), MOST);
const refusal = (...files: readonly (Buffer | string)[]) =>
  unpacked(...files).then(
    () => null,
    (error: unknown) => error,
  );
const symbolsFor = (name: string) => `MODULE Linux x86_64 ${ID} ${name}\n`;

describe("uploaded symbols", () => {
  it("serve the module that their first line names, whatever they are called, alone or in archives", async () => {
    const windows = "MODULE windows x86 a181284306ca50c172e3446a99f04d0aB xul.pdb\r\nINFO CODE_ID 5\r\n";
    const archive = zipFile([
      { name: "folder/", content: "" },
      { name: "folder/any.sym", content: windows },
      { name: "stored.sym", content: symbolsFor("a b.so"), isStored: true },
      { name: "README", content: "read me" },
    ]);
    const { symbols, skipped } = await unpacked(SYMBOLS, archive);
    expect(symbols.map(({ name, module, os, architecture }) => [name, module, os, architecture])).toEqual([
      ["file-0", { debugFile: "kestrel", debugId: ID }, "Linux", "x86_64"],
      [
        "folder/any.sym",
        { debugFile: "xul.pdb", debugId: "A181284306CA50C172E3446A99F04D0Ab" },
        "windows",
        "x86",
      ],
      ["stored.sym", { debugFile: "a b.so", debugId: ID }, "Linux", "x86_64"],
    ]);
    expect(skipped).toEqual(["README"]);
    expect(symbols[1]?.sizeBytes).toBe(windows.length);
    const store = join(directory, "store");
    await storeSymbols(store, symbols);
    expect(await readFile(join(store, "xul.pdb/A181284306CA50C172E3446A99F04D0Ab/xul.sym"), "utf8")).toBe(
      windows,
    );
    expect(await readFile(join(store, `kestrel/${ID}/kestrel.sym`), "utf8")).toBe(SYMBOLS);
    const own = (await readdir(directory)).filter((name) => name.startsWith("own-"));
    expect(await Promise.all(own.map((name) => readdir(join(directory, name))))).toEqual([[]]);
  });

  it("take the place of older ones of the same module", async () => {
    const store = join(directory, "store");
    await storeSymbols(store, (await unpacked(SYMBOLS)).symbols);
    await storeSymbols(store, (await unpacked(`${LINE}\n`)).symbols);
    expect(await readFile(join(store, `kestrel/${ID}/kestrel.sym`), "utf8")).toBe(`${LINE}\n`);
  });

  it.each([
    ["nothing", ""],
    ["another kind of file", "PE\0\0"],
    ["no id", "MODULE Linux x86_64  kestrel\n"],
    ["an id that is none", `MODULE Linux x86_64 ${"0".repeat(33)} kestrel\n`],
    ["a short id", "MODULE Linux x86_64 A18128 kestrel\n"],
    ["an id that is a path", `MODULE Linux x86_64 ../../${ID} kestrel\n`],
    ["a name that is a path", symbolsFor("../../../etc/passwd")],
    ["a name that is a Windows path", symbolsFor("C:\\x")],
    ["a name that is a folder", symbolsFor("..")],
    ["a name with a control character", symbolsFor("a\0b")],
    ["a name that is too long", symbolsFor("x".repeat(300))],
    ["a line without an end", `${LINE.slice(0, -8)}${"x".repeat(9000)}`],
  ])("with %s for a first line are refused", async (_, content) => {
    expect(await refusal(content)).toMatchObject({ code: "symbols_refused", status: 400 });
    expect(await refusal(SYMBOLS, content)).toMatchObject({ code: "symbols_refused" });
    expect(await refusal(zipFile([{ name: "a.sym", content }]))).toMatchObject({ code: "symbols_refused" });
  });

  it.each(["../a.sym", "/a.sym", "a/../../b.sym", "C:/a.sym", "a\\..\\b.sym", "a\0.sym"])(
    "in an archive with the file %j are refused",
    async (name) => {
      const archive = zipFile([
        { name: "good.sym", content: SYMBOLS },
        { name, content: SYMBOLS },
      ]);
      expect(await refusal(archive)).toMatchObject({
        message: expect.stringContaining("outside of it") as string,
      });
    },
  );

  it("that are larger than allowed are refused, as sent and unpacked, having written no more than that", async () => {
    const large = SYMBOLS + "x".repeat(MOST);
    const parts = Array.from({ length: 3 }, (_, index) => ({
      name: `${index}.sym`,
      content: SYMBOLS + "x".repeat(MOST / 2),
    }));
    const bomb = zipFile([{ name: "a.sym", content: SYMBOLS + "x".repeat(3 * MOST) }]);
    expect(bomb.length).toBeLessThan(MOST);
    const liar = zipFile([{ name: "a.sym", content: large, sizeBytes: 100 }]);
    for (const upload of [large, zipFile(parts), bomb])
      expect(await refusal(upload)).toMatchObject({ status: 413 });
    expect(await refusal(liar)).toMatchObject({
      message: expect.stringContaining("not what the archive says") as string,
    });
  });

  it.each([
    ["without .sym files", zipFile([{ name: "a.txt", content: "x" }])],
    ["whose checksum is wrong", zipFile([{ name: "a.sym", content: SYMBOLS, checksum: 7 }])],
    ["whose size is wrong", zipFile([{ name: "a.sym", content: SYMBOLS, sizeBytes: 1000 }])],
    ["that is encrypted", zipFile([{ name: "a.sym", content: SYMBOLS, flags: 1 }])],
    ["that was cut off", zipFile([{ name: "a.sym", content: SYMBOLS }]).subarray(0, -30)],
    ["that has only a beginning", Buffer.from("PK\u0003\u0004")],
    [
      "with too many files",
      zipFile(
        Array.from({ length: 10_001 }, (_, index) => ({ name: `${index}`, content: "", isStored: true })),
      ),
    ],
  ])("in an archive %s are refused", async (_, archive) => {
    expect(await refusal(archive)).toMatchObject({ code: "symbols_refused", status: 400 });
  });

  it("in an archive with any bytes changed are taken or refused, and nothing else happens", async () => {
    const archive = zipFile([
      { name: "a.sym", content: SYMBOLS },
      { name: "b.sym", content: symbolsFor("b"), isStored: true },
    ]);
    const changes = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const broken = Buffer.from(archive);
        for (const [at, value] of changed) broken[at] = value;
        const error = await unpacked(broken).catch((reason: unknown) => reason);
        expect(error).toSatisfy((result: object) => "symbols" in result || "status" in result);
      }),
      { numRuns: 40 },
    );
  });
});
