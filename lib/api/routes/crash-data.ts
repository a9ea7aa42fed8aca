import { Readable } from "node:stream";
import { z } from "zod";
import { BadArgument } from "#lib/core/errors";
import { parseCrashId } from "#lib/core/crash-id";
import {
  crashDoor,
  crashIdOf,
  processedCrash,
  rawCrash,
  rawDump,
  type DumpDownload,
} from "#lib/middleware/crash-data";
import { verifyCrash } from "#lib/middleware/crash-verify";
import { defineRoute } from "../define-route";
import { CRASH_ID_PATTERN, EXAMPLE_CRASH_ID } from "../examples";
import { ApiRefusal } from "../refusal";
import { CORS_HEADERS } from "../respond";

/** What a crash id looks like, for those who read about it; what is none is refused in its own words. */
const crash_id = z.string().meta({
  description: "The crash id, without bp-.",
  pattern: CRASH_ID_PATTERN,
  examples: [EXAMPLE_CRASH_ID],
});
const document = z.record(z.string(), z.unknown());

/** `GET /api/ProcessedCrash/?crash_id=`: what the processor found out. */
export const processedCrashRoute = defineRoute({
  name: "ProcessedCrash",
  methods: ["GET"],
  summary: "What the processor found out about a crash; 404 until it has been processed.",
  description: "Without view_pii only the keys that are public.",
  input: z.object({ crash_id }),
  output: document,
  examples: [{ title: "One crash", query: `crash_id=${EXAMPLE_CRASH_ID}` }],
  answer: ({ services, input, ...asking }) =>
    processedCrash(crashDoor(services), crashIdOf(input.crash_id), asking),
});

/** `GET /api/UnredactedCrash/?crash_id=`: the same as a whole, for clients of 2018. */
export const unredactedCrashRoute = defineRoute({
  name: "UnredactedCrash",
  methods: ["GET"],
  summary: "The whole processed crash.",
  permission: "view_pii",
  deprecated: "ProcessedCrash, called with a token that has view_pii",
  input: z.object({ crash_id }),
  output: document,
  examples: [{ title: "One crash", query: `crash_id=${EXAMPLE_CRASH_ID}` }],
  answer: ({ services, input, ...asking }) =>
    processedCrash(crashDoor(services), crashIdOf(input.crash_id), asking),
});

/** `GET /api/RawCrash/?crash_id=`: what the client sent; `format=raw` is a dump. */
export const rawCrashRoute = defineRoute({
  name: "RawCrash",
  methods: ["GET"],
  summary: "What the client sent: its annotations, or with format=raw a dump.",
  description:
    "Without view_pii only the annotations that are public. Dumps need view_rawdump: 403 for those that are there, 404 for others.",
  input: z.object({
    crash_id,
    format: z
      .string()
      .default("meta")
      .meta({ description: "meta, or raw for a dump.", examples: ["meta", "raw"] }),
    name: z.string().optional().meta({ description: "Which dump; the main one unless given." }),
  }),
  output: document,
  binary: "application/octet-stream",
  examples: [
    { title: "The annotations", query: `crash_id=${EXAMPLE_CRASH_ID}` },
    { title: "The main dump", query: `crash_id=${EXAMPLE_CRASH_ID}&format=raw` },
  ],
  async answer({ services, input: { crash_id: text, format, name = null }, ...asking }) {
    const id = crashIdOf(text);
    if (format === "meta") return rawCrash(crashDoor(services), id, asking);
    // raw_crash: what clients of 2018 say.
    if (format !== "raw" && format !== "raw_crash")
      throw new BadArgument("Bad value for parameter(s) 'format'");
    return download(await rawDump(crashDoor(services), id, name, asking));
  },
});

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

/** `GET /api/CrashVerify/?crash_id=`: where the crash is kept. */
export const crashVerifyRoute = defineRoute({
  name: "CrashVerify",
  methods: ["GET"],
  summary: "Tells where something of a crash is kept.",
  errors: "plain",
  input: z.object({ crash_id: crash_id.optional() }),
  output: z.object({
    uuid: z.string(),
    raw_crash: z.boolean(),
    processed_crash: z.boolean(),
    elasticsearch_crash: z
      .boolean()
      .meta({ description: "Whether search finds it, whichever engine searches." }),
    telemetry_crash: z.boolean(),
  }),
  examples: [{ title: "One crash", query: `crash_id=${EXAMPLE_CRASH_ID}` }],
  answer({ services, input, now }) {
    const id = input.crash_id?.startsWith("bp-") ? null : parseCrashId(input.crash_id ?? "");
    if (!id) throw new ApiRefusal(400, { error: "unknown crash id" });
    return verifyCrash(services, id, now);
  },
});
