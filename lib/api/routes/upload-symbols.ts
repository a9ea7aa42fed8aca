import { z } from "zod";
import { uploadSymbols } from "#lib/middleware/upload-symbols";
import { defineRoute } from "../define-route";
import { ApiRefusal } from "../refusal";
import { uploadedFiles } from "../uploaded-files";

/** `POST /api/UploadSymbols/`, also `/upload/`: symbols for crashes that wait for them. */
export const uploadSymbolsRoute = defineRoute({
  name: "UploadSymbols",
  methods: ["POST"],
  summary: "Takes Breakpad symbols: .sym files, or ZIP archives of them, as files of a multipart form.",
  description:
    "All files are looked at before any is kept. The first line of each says which module it serves, whatever its name. The crashes that waited for these symbols are processed again. Also at /upload/, where clients of symbol servers send them.",
  permission: "upload_symbols",
  body: "files",
  input: z.object({}),
  output: z.object({
    symbols: z.array(
      z.object({
        file: z.string(),
        debug_file: z.string(),
        debug_id: z.string(),
        os: z.string(),
        architecture: z.string(),
        size: z.int(),
      }),
    ),
    skipped: z.array(z.string()).meta({ description: "Files of archives that are no symbols." }),
    queued: z.int().meta({ description: "Crashes that are processed again." }),
  }),
  examples: [{ title: "An archive of symbols", file: "symbols.zip" }],
  async answer({ services, request }) {
    const most = services.config.symbolsUploadMaxBytes;
    if (Number(request.headers.get("content-length")) > most + FORM_BYTES)
      throw new ApiRefusal(413, { error: `The symbols are larger than ${most} bytes.` });
    const { symbols, skipped, queued } = await uploadSymbols(uploadedFiles(request), services);
    return {
      symbols: symbols.map(({ name, module, os, architecture, sizeBytes }) => ({
        file: name,
        debug_file: module.debugFile,
        debug_id: module.debugId,
        os,
        architecture,
        size: sizeBytes,
      })),
      skipped: [...skipped],
      queued,
    };
  },
});

/** What a form may need beside its files. */
const FORM_BYTES = 1024 * 1024;
