import { gzipSync } from "node:zlib";
import type { SampleSubmission } from "./submissions";

/** An HTTP request to a collector. */
export interface EncodedSubmission {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const LINE_END = "\r\n";

/**
 * Encodes a submission as multipart/form-data, as crash reporters send it: annotations as a part each or in the
 * JSON part `extra`, then the dumps.
 */
export function encodeSubmission(
  submission: Pick<SampleSubmission, "crashId" | "annotations" | "dumps" | "format">,
  { gzip = false }: { readonly gzip?: boolean } = {},
): EncodedSubmission {
  const boundary = `------------------------${submission.crashId.replaceAll("-", "")}`;
  const parts = [...annotationParts(submission), ...dumpParts(submission)];
  const plain = Buffer.concat([
    ...parts.flatMap(({ head, content }) => [
      Buffer.from(`--${boundary}${LINE_END}${head}`),
      content,
      Buffer.from(LINE_END),
    ]),
    Buffer.from(`--${boundary}--${LINE_END}`),
  ]);
  const body = gzip ? gzipSync(plain) : plain;
  return {
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(body.length),
      ...(gzip ? { "content-encoding": "gzip" } : {}),
      "user-agent": `crashreporter/1.0 (${submission.annotations.ProductName ?? "unknown"})`,
    },
    body,
  };
}

interface Part {
  readonly head: string;
  readonly content: Uint8Array;
}

function annotationParts({ annotations, format }: Pick<SampleSubmission, "annotations" | "format">): Part[] {
  if (format === "json") {
    return [part('name="extra"', "application/json", Buffer.from(JSON.stringify(annotations)))];
  }
  return Object.entries(annotations).map(([name, value]) => part(`name="${name}"`, null, Buffer.from(value)));
}

function dumpParts({ dumps, crashId }: Pick<SampleSubmission, "dumps" | "crashId">): Part[] {
  return [...dumps].map(([name, content]) =>
    part(`name="${name}"; filename="${crashId}.dmp"`, "application/octet-stream", content),
  );
}

function part(disposition: string, type: string | null, content: Uint8Array): Part {
  const lines = [
    `Content-Disposition: form-data; ${disposition}`,
    ...(type ? [`Content-Type: ${type}`] : []),
    "",
    "",
  ];
  return { head: lines.join(LINE_END), content };
}
