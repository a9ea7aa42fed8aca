import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readCrashes, type ReadCrash } from "./read-crashes";

async function read(...chunks: readonly string[]) {
  const warnings: string[] = [];
  const crashes: ReadCrash[] = [];
  const reading = readCrashes(Readable.from(chunks), (line) => warnings.push(line));
  for await (const crash of reading) crashes.push(crash);
  return { crashes, warnings };
}

describe("readCrashes", () => {
  it("reads crashes a line each, named by their id or their line", async () => {
    const { crashes, warnings } = await read(
      '{"os":"Linux"}\n\n{"uuid":"a","os":',
      '"Android"}\n{"crash_id":"b"}',
    );
    expect(crashes).toEqual([
      { name: "line 1", data: { os: "Linux" }, isLine: true },
      { name: "a", data: { uuid: "a", os: "Android" }, isLine: true },
      { name: "b", data: { crash_id: "b" }, isLine: true },
    ]);
    expect(warnings).toEqual([]);
  });

  it("names a line that is no crash, and goes on", async () => {
    const { crashes, warnings } = await read('{"hang":"1"}\n{bad}\n[]\n{"hang":"2"}\n');
    expect(crashes.map(({ data }) => data.hang)).toEqual(["1", "2"]);
    expect(warnings).toEqual([expect.stringMatching(/^line 2: .*JSON/), "line 3: it is not a JSON object"]);
  });

  it("gives a line out before the next one is there", async () => {
    const input = new Readable({ read: () => undefined });
    const crashes = readCrashes(input, () => undefined);
    input.push('{"hang":"1"}\n');
    expect((await crashes.next()).value).toMatchObject({ data: { hang: "1" } });
    input.push('{"hang":"2"}\n');
    expect((await crashes.next()).value).toMatchObject({ data: { hang: "2" } });
    input.push(null);
    expect((await crashes.next()).done).toBe(true);
  });

  it("reads one crash over many lines", async () => {
    const { crashes } = await read(JSON.stringify({ threads: [], os: "Linux" }, null, 2));
    expect(crashes).toEqual([{ name: "line 1", data: { threads: [], os: "Linux" }, isLine: false }]);
  });

  it("refuses an input that is neither", async () => {
    await expect(read('{\n"threads": [\n')).rejects.toThrow("The standard input is no crash: ");
  });

  it("makes crash data of a processed crash, which has json_dump", async () => {
    const json_dump = { crash_info: { crashing_thread: 2, type: "SIGSEGV" } };
    const { crashes } = await read(JSON.stringify({ uuid: "a", json_dump }));
    expect(crashes[0]).toMatchObject({ name: "a", data: { crashing_thread: 2, reason: "SIGSEGV" } });
  });
});
