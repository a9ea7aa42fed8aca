import { describe, expect, it } from "vitest";
import { causesIn, reasonWithoutValues, refusedField } from "./failures";

const tooLong = {
  type: "illegal_argument_exception",
  reason:
    "Document contains at least one immense term in field=\"processed_crash.url.full\" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped. Please correct the analyzer to not produce such terms. The prefix of the first immense term is: '[115, 101]...'",
  caused_by: { type: "max_bytes_length_exceeded_exception", reason: "bytes can be at most 32766 in length" },
};
const noNumber = {
  type: "document_parsing_exception",
  reason:
    "[1:34] failed to parse field [processed_crash.uptime] of type [long] in document with id '1'. Preview of field's value: 'secret'",
  caused_by: { type: "illegal_argument_exception", reason: 'For input string: "secret"' },
};
const conflict = {
  type: "document_parsing_exception",
  reason:
    "[1:20] object mapping for [processed_crash.json_dump] tried to parse field [json_dump] as object, but found a concrete value",
};

describe("the refusal of a document", () => {
  it.each([
    [tooLong, "processed_crash.url"],
    [noNumber, "processed_crash.uptime"],
    [conflict, "processed_crash.json_dump"],
    [{ type: "mapper_exception", reason: "Limit of total fields [1000] has been exceeded" }, null],
  ])("names the field at fault", (error, field) => {
    expect(refusedField(causesIn(error))).toBe(field);
  });

  it.each([
    [tooLong, "illegal_argument_exception: Document contains at least one immense term in field"],
    [noNumber, "document_parsing_exception: [1:34] failed to parse field [processed_crash.uptime]"],
  ])("is told without any value", (error, beginning) => {
    const told = reasonWithoutValues(causesIn(error));
    expect(told.startsWith(beginning)).toBe(true);
    expect(told).not.toMatch(/secret|115/);
  });
});

it("causes are found however deep they are", () => {
  const answer = {
    error: {
      type: "search_phase_execution_exception",
      reason: "all shards failed",
      failed_shards: [
        {
          shard: 0,
          index: "socorro202647",
          reason: {
            type: "query_shard_exception",
            reason: "failed to create query",
            index: "socorro202647",
            caused_by: { type: "illegal_argument_exception", reason: "unexpected end-of-string" },
          },
        },
      ],
    },
    status: 400,
  };
  expect(causesIn(answer).map(({ type }) => type)).toEqual([
    "search_phase_execution_exception",
    "query_shard_exception",
    "illegal_argument_exception",
  ]);
  expect(causesIn("no answer at all")).toEqual([]);
});
