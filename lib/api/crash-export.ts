import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import { InvalidParameters } from "#lib/core/errors";
import type { Json } from "#lib/core/json";
import type { CrashExport } from "#lib/middleware/super-search";
import type { SearchResult } from "#lib/search/result";
import { CORS_HEADERS } from "./respond";

type Batch = SearchResult["hits"];

/** How exported crashes are written. */
interface ExportFormat {
  readonly contentType: string;
  readonly extension: string;
  head(columns: readonly string[]): string;
  write(columns: readonly string[], batch: Batch): string;
}

const FORMATS: Readonly<Record<string, ExportFormat>> = {
  ndjson: {
    contentType: "application/x-ndjson; charset=UTF-8",
    extension: "ndjson",
    head: () => "",
    write: (_, batch) => batch.map((hit) => `${JSON.stringify(hit)}\n`).join(""),
  },
  csv: {
    contentType: "text/csv; charset=UTF-8; header=present",
    extension: "csv",
    head: (columns) => csv([columns]),
    write: (columns, batch) => csv(batch.map((hit) => columns.map((column) => cell(hit[column])))),
  },
};

/** The format a request names. Throws InvalidParameters for one that is none. */
export function exportFormat(name: string): ExportFormat {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw new InvalidParameters({ _format: ["Choose json, ndjson or csv."] });
  return format;
}

/**
 * An answer that is written while it is found, one batch in memory at a time, as fast as the client
 * reads. The first batch is awaited, so that a search that is refused gets an answer that says so; an
 * error after it breaks the answer off. A client that goes away ends the search.
 */
export async function streamCrashes(format: ExportFormat, find: () => CrashExport): Promise<Response> {
  const { columns, batches } = find();
  const iterator = batches[Symbol.asyncIterator]();
  const first = await iterator.next();
  const texts = async function* () {
    yield format.head(columns);
    try {
      for (let next = first; !next.done; next = await iterator.next())
        yield format.write(columns, next.value);
    } finally {
      await iterator.return?.();
    }
  };
  const content = Readable.from(texts(), { objectMode: false, highWaterMark: 64 * 1024 });
  return new Response(Readable.toWeb(content) as ReadableStream, {
    headers: {
      "Content-Type": format.contentType,
      "Content-Disposition": `attachment; filename="crashes.${format.extension}"`,
      "Cache-Control": "private, no-cache",
      ...CORS_HEADERS,
    },
  });
}

/** Text that a spreadsheet would run as a formula gets an apostrophe in front, which it does not show. */
function csv(rows: readonly (readonly (string | number)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: "windows", quoted_match: /[\r\n]/ },
  );
}

/** Several values are written as JSON, so that they can be told apart. */
function cell(value: Json | undefined): string | number {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return value;
  return JSON.stringify(value);
}
