import { Readable } from "node:stream";
import { boundaryOf } from "#lib/collector/content-type";
import { partsOf } from "#lib/collector/multipart";
import { hasCode } from "#lib/core/errors";
import type { UploadedFile } from "#lib/symbols/unpack-symbols";
import { ApiRefusal } from "./refusal";

/**
 * The files of a multipart form, as they arrive: each is to be read before the next is asked for. Fields that are no files
 * are left out. Fails with an ApiRefusal when the body is no such form.
 */
export async function* uploadedFiles(request: Request): AsyncGenerator<UploadedFile> {
  try {
    const boundary = boundaryOf(request.headers.get("content-type") ?? undefined);
    // Both are the same web stream; the types come from different libraries.
    const body = request.body
      ? Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
      : Readable.from([]);
    for await (const { filename, name, isFile, content } of partsOf(body, boundary))
      if (isFile) yield { name: filename ?? name ?? "a file", content };
  } catch (cause) {
    if (!hasCode(cause, "submission_refused")) throw cause;
    const error = "Bad request: the body is no multipart form with files, or was cut off";
    throw new ApiRefusal(400, { error }, { cause });
  }
}
