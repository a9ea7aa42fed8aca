import { ApiRefusal } from "./refusal";

/** More than a thousand crashes' stacks, and less than would be felt. */
const MAXIMUM_BYTES = 10 * 1024 * 1024;

/** The fields of a form that was sent; none where something else was. Files are left out. */
export async function formFields(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type))
    return new URLSearchParams();
  const body = await readBody(request);
  const form = await new Response(body, { headers: { "Content-Type": type } })
    .formData()
    .catch((cause: unknown) => {
      throw new ApiRefusal(400, { error: "Bad request: the body is no form" }, { cause });
    });
  const fields = new URLSearchParams();
  for (const [name, value] of form) if (typeof value === "string") fields.append(name, value);
  return fields;
}

/** The JSON value that was sent. */
export async function jsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type))
    throw new ApiRefusal(415, { detail: `Unsupported media type "${type}" in request.` });
  const text = new TextDecoder().decode(await readBody(request));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiRefusal(400, { detail: `JSON parse error - ${(cause as Error).message}` }, { cause });
  }
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    const chunk = read.value as Uint8Array;
    size += chunk.byteLength;
    if (size > MAXIMUM_BYTES) {
      await reader?.cancel();
      throw new ApiRefusal(413, { error: `The body is larger than ${MAXIMUM_BYTES} bytes` });
    }
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}
