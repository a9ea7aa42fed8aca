import { parseHeaderValue } from "./header-value";
import { malformed } from "./refusal";

/**
 * The multipart boundary that a Content-Type header names. Media type and parameter names may be in
 * any case, parameters in any order, the boundary in quotes. Throws a Refusal saying what is missing.
 */
export function boundaryOf(contentType: string | undefined): string {
  if (!contentType) throw malformed("no_content_type");
  const { value, parameters } = parseHeaderValue(contentType);
  if (value !== "multipart/form-data" && value !== "multipart/mixed") throw malformed("wrong_content_type");
  const boundary = parameters.get("boundary");
  if (!boundary) throw malformed("no_boundary");
  return boundary;
}
