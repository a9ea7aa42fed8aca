import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateSignature } from "./generate";
import { loadSiglists } from "./siglist-files";
import { builtInSiglists, parseSiglists, SIGLIST_NAMES } from "./siglists";

const texts = {
  irrelevant_signature_re: "a",
  prefix_signature_re: "b",
  signature_sentinels: "c\nwaits if waker",
  signatures_with_line_numbers_re: "d",
};

describe("parseSiglists", () => {
  it.each([
    ["bro(ken", "is not a regular expression: "],
    ["(?P<name>x)", "is not a regular expression: "],
    ["(?i)x", "is not a regular expression: "],
    ["x++", "is not a regular expression: "],
    ["end\\Z", "is not accepted: \\A and \\Z are not known here; write ^ and $."],
    ["(x)y\\1", "is not accepted: entries are joined into one expression, where groups have other numbers."],
    ["(?<x>y)", "is not accepted: entries are joined into one expression, where groups have no names."],
    ["x{,3}", "is not accepted: {,n} is not known here; write {0,n}."],
    ["foo|", "matches every frame."],
    [".*", "matches every frame."],
    ["x?", "matches every frame."],
  ])("refuses the entry %s, naming list, line and reason", (entry, reason) => {
    const bad = { ...texts, prefix_signature_re: `# comment\n\nfine\n${entry}\nb` };
    expect(() => parseSiglists(bad, "")).toThrow(`prefix_signature_re.txt, line 4: ${entry} ${reason}`);
  });

  it.each(["a\\\\Z", "literal\\{,3}", "(?<!x)y", "\\<name omitted\\>", "^$", "\\.so$"])(
    "takes the entry %s",
    (entry) => {
      expect(() => parseSiglists({ ...texts, prefix_signature_re: entry }, "")).not.toThrow();
    },
  );

  it("matches from the start of a frame, and sentinels as a whole", () => {
    const lists = parseSiglists(texts, "");
    expect([lists.isIrrelevant("abc"), lists.isIrrelevant("xa")]).toEqual([true, false]);
    expect([lists.sentinelIndex(["x", "cc", "c"]), lists.sentinelIndex(["x"])]).toEqual([2, -1]);
  });

  it("lets a sentinel with a condition count only where the other frame is in the stack", () => {
    const { sentinelIndex } = parseSiglists(texts, "");
    expect(sentinelIndex(["x", "waits", "y"])).toBe(-1);
    expect(sentinelIndex(["x", "waits", "waker"])).toBe(1);
    expect(sentinelIndex(["waker", "waits"])).toBe(1);
  });

  it("cuts addresses off trimmed modules and says each once", () => {
    const lists = parseSiglists({ ...texts, trim_dll_signature_re: "foo32\\.drv" }, "");
    const frames = ["foo32.drv@0x12af", "foo32.drv@0x3", "mine@0x1"].map((name) => ({ function: name }));
    const crash = { threads: [{ frames: [{ function: "b" }, ...frames] }] };
    expect(generateSignature(crash, lists).signature).toBe("b | foo32.drv");
    const going = parseSiglists(
      { ...texts, prefix_signature_re: "b\nfoo", trim_dll_signature_re: "foo" },
      "",
    );
    expect(generateSignature(crash, going).signature).toBe("b | foo32.drv | mine@0x1");
    const whole = parseSiglists({ ...texts, prefix_signature_re: "b\nfoo" }, "");
    expect(generateSignature(crash, whole).signature).toBe("b | foo32.drv@0x12af | foo32.drv@0x3 | mine@0x1");
  });
});

it("the built-in lists are good lists", () => {
  const pair = ["mozilla::ipc::RPCChannel::Call", "CrashReporter::CreatePairedMinidumps"];
  expect(builtInSiglists().sentinelIndex(pair)).toBe(0);
  expect(builtInSiglists().sentinelIndex(pair.slice(0, 1))).toBe(-1);
});

describe("loadSiglists", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "siglists-"));
    for (const name of SIGLIST_NAMES) await writeFile(join(directory, `${name}.txt`), texts[name]);
  });
  afterEach(() => rm(directory, { recursive: true }));

  const write = (name: string, content: string | Uint8Array) =>
    writeFile(join(directory, `${name}.txt`), content);

  it("needs no list of trimmed modules, and reads it where it is", async () => {
    expect((await loadSiglists(directory)).isTrimmed("nvd3dum.dll@0x1")).toBe(false);
    await write("trim_dll_signature_re", "nvd3d");
    expect((await loadSiglists(directory)).isTrimmed("nvd3dum.dll@0x1")).toBe(true);
  });

  it("says where it is from in the debug log", async () => {
    const { debugLog } = generateSignature({}, await loadSiglists(directory));
    expect(debugLog).toContain(`SignatureGenerationRule: using signature lists from ${directory}`);
  });

  it("names the file, the line and the reason of a bad entry, in any list", async () => {
    for (const name of [...SIGLIST_NAMES, "trim_dll_signature_re"]) {
      await write(name, "ok\n[");
      await expect(loadSiglists(directory)).rejects.toThrow(
        `${join(directory, name)}.txt, line 2: [ is not a regular expression: `,
      );
      await write(name, "ok");
    }
  });

  it("refuses bytes that are not UTF-8, and a list that is not there", async () => {
    await write("prefix_signature_re", Uint8Array.of(97, 10, 0xe9, 10));
    await expect(loadSiglists(directory)).rejects.toThrow("prefix_signature_re.txt, line 2 is not UTF-8.");
    await rm(join(directory, "prefix_signature_re.txt"));
    await expect(loadSiglists(directory)).rejects.toThrow(
      /prefix_signature_re\.txt cannot be read: ENOENT.*Wanted: irrelevant_signature_re\.txt, /,
    );
  });
});
