import { Readable } from "node:stream";
import { BadArgument } from "#lib/core/errors";
import { crashIdOf, processedCrash, rawCrash, rawDump, type DumpDownload } from "#lib/middleware/crash-data";
import { superSearch } from "#lib/middleware/super-search";
import { CORS_HEADERS, json } from "./respond";
import { required, wantsPretty, type Endpoint } from "./route";

/** `GET /api/SuperSearch/`: find and count processed crashes. */
export const superSearchEndpoint: Endpoint = {
  name: "SuperSearch",
  async handle({ services, parameters, ...asking }) {
    return json(await superSearch(services.search, parameters, asking), 200, wantsPretty(parameters));
  },
};

/** `GET /api/ProcessedCrash/?crash_id=`: what the processor found out. */
export const processedCrashEndpoint: Endpoint = {
  name: "ProcessedCrash",
  async handle({ services, parameters, viewer }) {
    const id = crashIdOf(required(parameters, "crash_id"));
    return json(await processedCrash(services.storage, id, viewer), 200, wantsPretty(parameters));
  },
};

/** `GET /api/RawCrash/?crash_id=`: what the client sent; `format=raw` is a dump. */
export const rawCrashEndpoint: Endpoint = {
  name: "RawCrash",
  async handle({ services, parameters, viewer }) {
    const id = crashIdOf(required(parameters, "crash_id"));
    const format = parameters.get("format") ?? "meta";
    if (format === "meta")
      return json(await rawCrash(services.storage, id, viewer), 200, wantsPretty(parameters));
    if (format !== "raw") throw new BadArgument("Bad value for parameter(s) 'format'");
    return download(await rawDump(services.storage, id, parameters.get("name"), viewer));
  },
};

function download({ fileName, content }: DumpDownload): Response {
  return new Response(Readable.toWeb(content) as ReadableStream, {
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "Cache-Control": "private, no-store",
      ...CORS_HEADERS,
    },
  });
}
