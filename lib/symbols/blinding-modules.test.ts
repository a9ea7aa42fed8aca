import { describe, expect, it } from "vitest";
import type { ProcessedCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import type { Json, JsonObject } from "#lib/core/json";
import { blindingModules } from "./blinding-modules";
import { symbolModule, symbolPath } from "./symbol-module";

const ID = "A181284306CA50C172E3446A99F04D0A0";
const crash = (json_dump: Json, more: JsonObject = {}): ProcessedCrash => ({
  uuid: newCrashId(new Date(), crypto.randomUUID(), 0),
  date_processed: "",
  signature: "",
  json_dump,
  ...more,
});
const module = (filename: string, more: JsonObject = {}) => ({
  filename,
  debug_file: filename,
  debug_id: ID,
  missing_symbols: true,
  ...more,
});
const stacks = (...filenames: readonly string[]) => ({
  threads: filenames.map((name) => ({ frames: [{ module: name }] })),
});
const namesOf = (processed: ProcessedCrash) => blindingModules(processed).map(({ filename }) => filename);

describe("the modules that blind a crash", () => {
  it("are those on a stack without symbols or with broken ones, each once, the crashing thread's first", () => {
    const modules = [
      module("other"),
      module("crashing"),
      module("not on a stack"),
      module("with symbols", { missing_symbols: false }),
      module("broken", { missing_symbols: false, corrupt_symbols: true }),
    ];
    const crashing_thread = { frames: [{ module: "crashing" }, { module: null }, { module: "nowhere" }] };
    const dump = {
      ...stacks("other", "other", "with symbols", "broken", "crashing"),
      modules,
      crashing_thread,
    };
    expect(namesOf(crash(dump))).toEqual(["crashing", "other", "broken"]);
  });

  it("are those of additional dumps, too", () => {
    const browser = { json_dump: { ...stacks("b"), modules: [module("b")] } };
    const more = {
      additional_minidumps: ["upload_file_minidump_browser", 5],
      upload_file_minidump_browser: browser,
    };
    expect(namesOf(crash({ ...stacks("a"), modules: [module("a")] }, more))).toEqual(["a", "b"]);
  });

  it("are a hundred at most", () => {
    const names = Array.from({ length: 300 }, (_, index) => `m${index}`);
    expect(namesOf(crash({ ...stacks(...names), modules: names.map((name) => module(name)) }))).toEqual(
      names.slice(0, 100),
    );
  });

  it("have an id by which symbols can be found, and names that a database takes", () => {
    const modules = [
      module("no id", { debug_id: "0".repeat(33) }),
      module("odd id", { debug_id: "../../etc" }),
      module("odd file", { debug_file: ".." }),
      module("nul\0", { debug_file: "C:\\build\\x.pdb", debug_id: "a181284306ca50c172e3446a99f04d0aA" }),
      module("mingw.exe", { debug_file: "" }),
    ];
    const dump = { ...stacks(...modules.map(({ filename }) => filename)), modules };
    expect(blindingModules(crash(dump))).toEqual([
      { filename: "nul", debugFile: "x.pdb", debugId: "A181284306CA50C172E3446A99F04D0Aa" },
      { filename: "mingw.exe", debugFile: "mingw.exe", debugId: ID },
    ]);
  });

  it.each([null, [], { modules: 5, threads: "x" }, { modules: [5], threads: [{ frames: [null] }] }])(
    "of the output %j are none",
    (dump) => expect(blindingModules(crash(dump))).toEqual([]),
  );
});

it.each([
  ["xul.pdb", `xul.pdb/${ID}/xul.sym`],
  ["XUL.PDB", `XUL.PDB/${ID}/XUL.sym`],
  ["libc.so.6", `libc.so.6/${ID}/libc.so.6.sym`],
])("the symbols of %s are where the stackwalker looks for them", (name, path) => {
  expect(symbolPath(symbolModule(name, ID) ?? { debugFile: "", debugId: "" })).toBe(path);
});
