import type { ProcessedCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { searchDocument, type SearchDocument } from "#lib/fields/document";

/** The moment at which the tests over the corpus search. */
export const CORPUS_NOW = new Date("2026-11-24T12:00:00Z");

/** A crash of the corpus: `n` makes its id and, counted in hours back from noon of 24 November 2026, its date. */
function crash(n: number, values: JsonObject, annotations: JsonObject = {}): SearchDocument {
  const date = new Date(CORPUS_NOW.getTime() - n * 3_600_000).toISOString();
  const uuid =
    `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000${date.slice(2, 10).replaceAll("-", "")}` as CrashId;
  const date_processed = `${date.slice(0, 19)}.${String(n).padStart(6, "0")}+00:00`;
  const processed: ProcessedCrash = { signature: "", ...values, uuid, date_processed };
  return searchDocument(processed, { ...annotations, uuid, submitted_timestamp: date_processed });
}

/**
 * A few crashes that between them have every kind of index, missing values, empty text, several values,
 * capitals, wildcard characters, text beyond ASCII and annotations. Every search engine is tested over them.
 */
export const CORPUS: readonly SearchDocument[] = [
  crash(
    1,
    {
      signature: "mozilla::dom::Foo<T>::Bar",
      product: "Firefox",
      version: "98.0b3",
      release_channel: "beta",
      os_name: "Windows NT",
      build: "20261101000000",
      uptime: 5,
      uptime_ts: 5.25,
      safe_mode: true,
      startup_crash: true,
      addons: ["alpha@example:1.0", "beta@example:2.0"],
      modules_in_stack: "xul.dll/AAA;ntdll.dll/BBB",
      user_comments: "It crashed when I opened the e-mail",
      process_type: "parent",
      reason: "EXCEPTION_ACCESS_VIOLATION_READ",
      json_dump: {
        system_info: { cpu_count: 8 },
        threads: [
          {
            thread_name: "MainThread",
            frames: [{ function: "Foo::Bar", module: "xul.dll", file: "Foo.cpp" }],
          },
          { thread_name: "Worker", frames: [{ function: "wait" }, { function: "Foo::Bar" }, null] },
        ],
      },
      memory_measures: { explicit: 1000 },
    },
    { ProductName: "Firefox", Custom: "Größe a*b?c\\d_e", "odd name.x": "odd", 'it\'s "q*?"': "v" },
  ),
  crash(
    2,
    {
      signature: "OOM | small",
      product: "Firefox",
      version: "98.0b4",
      release_channel: "beta",
      os_name: "Linux",
      build: "20261102000000",
      uptime: 61,
      uptime_ts: 61.5,
      safe_mode: false,
      addons: ["alpha@example:1.0"],
      process_type: "content",
      reason: "SIGSEGV /SEGV_MAPERR",
      json_dump: {
        system_info: { cpu_count: 4 },
        threads: [{ thread_name: null, frames: [{ function: "wait", module: "libc.so" }] }],
      },
    },
    { ProductName: "Firefox", Custom: "OOM | small" },
  ),
  crash(
    3,
    {
      signature: "OOM | small",
      product: "Firefox",
      version: "97.0",
      release_channel: "release",
      os_name: "Windows NT",
      build: "20261001000000",
      uptime: 130,
      addons: [],
      process_type: "content",
      modules_in_stack: "XUL.dll/aaa",
      url: "https://example.com/50%_off?a=*",
    },
    { ProductName: "Firefox", Custom: "" },
  ),
  crash(
    4,
    {
      signature: "oom | LARGE | Größe::naïve",
      product: "Thunderbird",
      version: "97.0.1",
      release_channel: "release",
      os_name: "Mac OS X",
      uptime: 0,
      uptime_ts: -1.5,
      safe_mode: false,
      user_comments: "",
      app_notes: "a*b?c%d_e\\f",
      process_type: "gpu",
      address: "0x0",
    },
    { Custom: "oom | LARGE", Customs: "none" },
  ),
  crash(26, {
    signature: "java.lang.IllegalStateException: at a.B.c(B.java)",
    product: "Fenix",
    version: "130.0",
    release_channel: "nightly",
    os_name: "Android",
    android_manufacturer: "Acme",
    android_model: "Phone 5",
    android_cpu_abi: "arm64-v8a",
    build: "20261123000000",
    uptime: 4000,
    process_type: "parent",
  }),
  crash(50, {
    signature: "mozilla::dom::Foo<T>::Baz",
    product: "Firefox",
    version: "130.0",
    release_channel: "nightly",
    os_name: "Linux",
    uptime: 59,
    process_type: "parent",
  }),
  crash(190, {
    signature: "too old for seven days",
    product: "Firefox",
    version: "96.0",
    process_type: "parent",
  }),
];
