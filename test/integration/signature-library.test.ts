import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);

/** Somebody's program. */
const PROGRAM = `
import { builtInSiglists, crashDataFromProcessed, generateSignature, type SignatureResult } from "crash-stats-signature";
import { loadSiglists } from "crash-stats-signature/siglist-files";

const frames = [{ function: "memcpy" }, { function: "app::Table<int>::at(unsigned long) const" }];
const crash = crashDataFromProcessed({ json_dump: { crash_info: { crashing_thread: 0 }, threads: [{ frames }] } });
const result: SignatureResult = generateSignature(crash, builtInSiglists());
const refused: string = await loadSiglists("/none").then(() => "", (error: Error) => error.message);
export const said: readonly [string, string] = [result.signature, refused];
console.log(JSON.stringify(said));
`;

describe("the signature generator as an npm package", () => {
  let directory: string;
  let archive: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "signature-library-"));
    const built = join(directory, "built");
    await run(process.execPath, ["bin/build-signature.js", built]);
    const packed = await run("npm", ["pack", "--silent", "--pack-destination", directory, built]);
    archive = join(directory, packed.stdout.trim());
    await writeFile(join(directory, "package.json"), '{ "private": true, "type": "module" }');
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", archive], { cwd: directory });
    await rm(built, { recursive: true });
    await writeFile(join(directory, "program.ts"), PROGRAM);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("has types that a strict compiler accepts as they are, and runs in plain Node without anything else", async () => {
    const strict =
      "--strict --exactOptionalPropertyTypes --skipLibCheck false --target es2022 --module nodenext";
    const types = ["--typeRoots", resolve("node_modules/@types"), "--types", "node"];
    const compiler = resolve("node_modules/typescript/bin/tsc");
    await run(process.execPath, [compiler, ...strict.split(" "), ...types, "program.ts"], {
      cwd: directory,
    }).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout);
    });
    const { stdout } = await run(process.execPath, ["program.js"], { cwd: directory });
    expect(JSON.parse(stdout)).toEqual([
      "memcpy | app::Table<T>::at",
      expect.stringMatching(/^\/none\/\w+\.txt cannot be read: ENOENT/),
    ]);
  });

  it("has README, licence, and nothing that is not built from its own folder or carried along", async () => {
    const { stdout } = await run("tar", ["tzf", archive]);
    const files = stdout
      .split("\n")
      .filter((name) => !/^package\/types\/(signature|core)\/[\w/-]+\.d\.ts$/.test(name));
    expect(files.map((name) => name.replace(/chunk-\w+/, "chunk")).toSorted()).toEqual([
      "",
      "package/LICENSE",
      "package/README.md",
      "package/chunk.js",
      "package/package.json",
      "package/published.js",
      "package/siglist-files.js",
    ]);
  });
});
