import { expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { fieldNamed } from "#lib/fields/catalogue";
import { sourceOf, valueIn, withoutField } from "./documents";

const uuid = "0bba929f-8721-460c-bead-a43c20261120" as CrashId;
const document = {
  uuid,
  date: "2026-11-20T01:02:03.646733+00:00",
  signature: "a::b",
  cpu_count: 8,
  memory_explicit: -(2 ** 63),
  memory_images: 5,
  addons: ["one"],
  uptime_ts: 1e300,
};
const source = sourceOf(document);

it("values are below processed_crash, each where its field says", () => {
  expect(source).toEqual({
    crash_id: uuid,
    crash_order: String(0x0bba929f8721460cn >> 4n),
    processed_crash: {
      uuid,
      date_processed: "2026-11-20T01:02:03.646733+00:00",
      signature: "a::b",
      json_dump: { system_info: { cpu_count: 8 } },
      memory_measures: { explicit: "-9223372036854775808", images: 5 },
      addons: ["one"],
      uptime_ts: 1e300,
    },
  });
});

it("values are read as they were given, a list of one as its item", () => {
  const read = (["memory_explicit", "addons", "uptime_ts", "version"] as const).map((name) =>
    valueIn(source, fieldNamed(name)),
  );
  expect(read).toEqual([-(2 ** 63), "one", 1e300, null]);
});

it("fields that are taken out are noted, and nothing else changes", () => {
  const once = withoutField(source, "processed_crash.memory_measures.explicit");
  const twice = withoutField(once, "processed_crash.addons");
  expect(twice.removed_fields).toBe("memory_measures.explicit addons");
  expect(valueIn(twice, fieldNamed("memory_images"))).toBe(5);
  expect(valueIn(twice, fieldNamed("addons"))).toBeNull();
  expect(valueIn(source, fieldNamed("addons"))).toBe("one");
});
