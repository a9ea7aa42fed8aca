import { describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { anonymous } from "#lib/core/viewer";
import { plantedCrash } from "#test/planted-crash";
import { redactProcessedCrash, undeclaredKeys } from "./redact";

const uuid = newCrashId(new Date("2026-11-20"), "0bba929f-8721-460c-8ead-a43c20261120", 0);

describe("keys of a processed crash that are not declared", () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ["at the top", { planted: "secret", product: "Kestrel" }, ["planted"]],
    ["within an object", { json_dump: { crash_info: { planted: 1 } } }, ["json_dump.crash_info.planted"]],
    [
      "in items of a list, once",
      { json_dump: { threads: [{ planted: 1 }, { planted: 2 }] } },
      ["json_dump.threads.[].planted"],
    ],
    ["of another type than declared", { uptime: "secret", addons: "secret" }, ["uptime", "addons"]],
    ["named as what every object has", { constructor: "secret", toString: 1 }, ["constructor", "toString"]],
    ["of which there are none", { product: "Kestrel", uptime: 5, addons: ["a:1"] }, []],
  ])("are found %s", (_, crash, paths) => {
    expect(undeclaredKeys(crash)).toEqual(paths);
  });

  it("are shown to nobody without permission: what is shown is declared as a whole", () => {
    const { processed, secrets } = plantedCrash(uuid);
    expect(undeclaredKeys(processed)).toContain("NobodyKnowsThis");
    const shown = redactProcessedCrash(processed, anonymous);
    expect(undeclaredKeys(shown)).toEqual([]);
    for (const secret of secrets) expect(JSON.stringify(shown)).not.toContain(secret);
  });
});
