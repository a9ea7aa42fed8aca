import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import { newCrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { FIELDS } from "./catalogue";
import { PROCESSED_CRASH_KEYS, RAW_CRASH_KEYS } from "./keys";
import { redactProcessedCrash, redactRawCrash } from "./redact";

const uuid = newCrashId(new Date("2026-11-20"), crypto.randomUUID(), 0);
const analyst: Viewer = { email: "analyst@example.com", can: (permission) => permission === "view_pii" };
const raw = (values: JsonObject): RawCrash => ({
  ...values,
  uuid,
  submitted_timestamp: "2026-11-20T00:00:00+00:00",
});
const processed = (values: JsonObject): ProcessedCrash => ({
  ...values,
  uuid,
  signature: "s",
  date_processed: "2026-11-20T00:00:00+00:00",
});

describe("redaction for somebody without view_pii", () => {
  it("shows public annotations and hides protected and unknown ones", () => {
    const shown = redactRawCrash(
      raw({
        ProductName: "Kestrel",
        Comments: "secret",
        URL: "https://secret",
        Unheard: "secret",
        metadata: { user_agent: "secret" },
      }),
      anonymous,
    );
    expect(shown).toEqual({ ProductName: "Kestrel", uuid, submitted_timestamp: "2026-11-20T00:00:00+00:00" });
  });

  it("hides the protected parts inside public ones", () => {
    const frame = { frame: 0, function: "f", registers: { rip: "secret" }, unheard: "secret" };
    const crash = processed({
      json_dump: {
        crash_info: {
          address: "0x0",
          memory_accesses: [{ address: "0x1", size: 8, is_likely_guard_page: true }],
        },
        threads: [{ frames: [frame] }],
        soft_errors: ["secret"],
      },
    });
    expect(redactProcessedCrash(crash, anonymous).json_dump).toEqual({
      crash_info: { address: "0x0", memory_accesses: [{ address: "0x1", size: 8 }] },
      threads: [{ frames: [{ frame: 0, function: "f" }] }],
    });
  });

  it("leaves out a value of another type than the key should have, and never fails", () => {
    expect(
      redactProcessedCrash(
        processed({ uptime: "secret", addons: { a: 1 }, json_dump: ["secret"] }),
        anonymous,
      ),
    ).toEqual(processed({}));
    expect(redactProcessedCrash(processed({ uptime: 5.5, uptime_ts: 5, address: null }), anonymous)).toEqual(
      processed({ uptime_ts: 5, address: null }),
    );
  });

  it("leaves out an object or list of which nothing may be seen, and keeps what was empty", () => {
    expect(
      redactProcessedCrash(
        processed({
          addons: [1, 2],
          memory_measures: { unheard: 1 },
          crash_report_keys: [],
          json_dump: {},
        }),
        anonymous,
      ),
    ).toEqual(processed({ crash_report_keys: [], json_dump: {} }));
  });

  it("follows patterns of names", () => {
    const settings = { userPrefs: { "browser.x": true, "browser.y": "text" }, unheard: 1 };
    expect(
      redactProcessedCrash(processed({ telemetry_environment: { settings } }), anonymous)
        .telemetry_environment,
    ).toEqual({
      settings: { userPrefs: { "browser.x": true, "browser.y": "text" } },
    });
  });

  it("knows the protected keys of both documents", () => {
    const hidden = (keys: typeof RAW_CRASH_KEYS) =>
      [...keys].filter(([path, { access }]) => !path.includes(".") && access === "protected");
    expect(hidden(RAW_CRASH_KEYS)).toHaveLength(18);
    expect(hidden(PROCESSED_CRASH_KEYS)).toHaveLength(24);
  });

  it("agrees with the search fields on what is protected", () => {
    for (const field of FIELDS) {
      const key = PROCESSED_CRASH_KEYS.get(field.path);
      if (key) expect([field.name, key.access]).toEqual([field.name, field.access]);
    }
  });

  it("shows no key, at any depth, that is not known to be public", () => {
    const secret = "s3cret";
    const names = fc.constantFrom(
      ...new Set([...PROCESSED_CRASH_KEYS.keys()].flatMap((path) => path.split("."))),
      "constructor",
      "__proto__",
      "toString",
    );
    const documents = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(secret),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(names, tie("value"), { maxKeys: 5 }),
      ),
    })).value;
    const paths = (value: unknown, path: readonly string[]): readonly string[] => {
      if (Array.isArray(value)) return value.flatMap((item) => paths(item, [...path, "[]"]));
      if (typeof value !== "object" || value === null) return [path.join(".")];
      return Object.entries(value).flatMap(([name, item]) => paths(item, [...path, name]));
    };
    const publicPaths = [...PROCESSED_CRASH_KEYS]
      .filter(([, { access }]) => access === "public")
      .map(
        ([path]) =>
          new RegExp(
            `^${path
              .replace(/\(re:\^\.\+\$\)/g, "\u0001")
              .replace(/[.[\]]/g, "\\$&")
              .replaceAll("\u0001", "[^]+")}$`,
          ),
      );
    fc.assert(
      fc.property(fc.dictionary(names, documents, { maxKeys: 8 }), (content) => {
        for (const path of paths(redactProcessedCrash(processed(content as JsonObject), anonymous), []))
          expect(
            publicPaths.some((pattern) => pattern.test(path)),
            path,
          ).toBe(true);
      }),
    );
  });
});

describe("redaction for somebody with view_pii", () => {
  it("leaves a document as it is, unknown keys included", () => {
    const crash = raw({ Comments: "text", Unheard: "text" });
    expect(redactRawCrash(crash, analyst)).toBe(crash);
    const done = processed({ url: "text", unheard: { deep: [1] } });
    expect(redactProcessedCrash(done, analyst)).toBe(done);
  });
});
