import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { jsonDump, type Rule } from "../rule";

const DUMP = "memory_report";
const LARGEST_REPORT_BYTES = 20 * 1024 * 1024;

/** Unpacks the memory report that came beside the minidump. */
export const memoryReport: Rule = {
  name: "OutOfMemoryBinaryRule",
  applies: ({ dumps }) => dumps.has(DUMP),
  async run({ dumps, draft, note }) {
    const report = await readReport(dumps.get(DUMP)?.path ?? "");
    if (typeof report !== "string") {
      draft.memory_report = report;
      return;
    }
    draft.memory_report_error = report;
    note(report);
  },
};

/** The report, or why there is none. */
async function readReport(path: string): Promise<JsonObject | string> {
  const content = await promisify(gunzip)(await readFile(path), {
    maxOutputLength: LARGEST_REPORT_BYTES,
  }).catch(() => null);
  if (content === null)
    return `memory report is not gzip or larger than ${LARGEST_REPORT_BYTES} bytes unpacked`;
  try {
    const report: unknown = JSON.parse(content.toString("utf8"));
    return isJsonObject(report) ? report : "memory report is not a JSON object";
  } catch {
    return "memory report is not JSON";
  }
}

const BYTES = 0;
const COUNT = 1;
const HEAP = 1;

/** Single figures of a report, by the path they have there. */
const SINGLE = [
  "gfx-textures",
  "ghost-windows",
  "heap-allocated",
  "host-object-urls",
  "private",
  "resident",
  "resident-unique",
  "system-heap-allocated",
  "vsize",
  "vsize-max-contiguous",
];

/** Sums of all figures below a path. */
const SUMS: Readonly<Record<string, string>> = {
  "heap-overhead": "explicit/heap-overhead/",
  images: "explicit/images/",
  "js-main-runtime": "js-main-runtime/",
};

/** The figures of the crashed process's memory report. */
export const memoryMeasures: Rule = {
  name: "MemoryReportExtractionRule",
  applies: ({ draft }) => isCompleteReport(draft.memory_report) && typeof jsonDump(draft)?.pid === "number",
  run({ draft, note }) {
    const pid = Number(jsonDump(draft)?.pid);
    const reports = isJsonObject(draft.memory_report) ? draft.memory_report.reports : [];
    const entries = (isJsonArray(reports) ? reports : [])
      .filter(isJsonObject)
      .filter((entry) => typeof entry.process === "string" && entry.process.includes(`pid ${pid})`));
    if (entries.length === 0) note("memory report has no entries of the crashed process");
    else draft.memory_measures = measure(entries);
  },
};

function isCompleteReport(report: Json | undefined): boolean {
  return (
    isJsonObject(report) && ["version", "reports", "hasMozMallocUsableSize"].every((key) => key in report)
  );
}

/** Throws for a unit or kind that the format does not have. */
function measure(entries: readonly JsonObject[]): JsonObject {
  const totals = new Map<string, number>();
  const add = (name: string, amount: number) => totals.set(name, (totals.get(name) ?? 0) + amount);
  let explicit = 0;
  let explicitHeap = 0;
  for (const { path, amount, kind, units } of entries) {
    if (typeof path !== "string" || typeof amount !== "number")
      throw new TypeError("an entry has no path or amount");
    if (SINGLE.includes(path)) add(path, amountOf(amount, units));
    for (const [name, prefix] of Object.entries(SUMS))
      if (path.startsWith(prefix)) add(name, amountOf(amount, units));
    if (path.startsWith("explicit/window-objects/top(none)/detached/"))
      add("top-none-detached", amountOf(amount, units));
    if (!path.startsWith("explicit/")) continue;
    explicit += amountOf(amount, units);
    if (kind === HEAP) explicitHeap += amount;
  }
  const allocated = totals.get("heap-allocated") ?? 0;
  totals.set("heap-unclassified", allocated - explicitHeap);
  totals.set("explicit", explicit + allocated - explicitHeap);
  const names = [...SINGLE, ...Object.keys(SUMS), "top-none-detached", "heap-unclassified", "explicit"];
  return Object.fromEntries(names.map((name) => [name.replaceAll("-", "_"), totals.get(name) ?? 0]));
}

function amountOf(amount: number, units: Json | undefined): number {
  if (units !== BYTES && units !== COUNT) throw new RangeError("an entry has an unknown unit");
  return amount;
}
