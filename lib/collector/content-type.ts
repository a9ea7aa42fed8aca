import { malformed } from "./refusal";

/**
 * The multipart boundary that a Content-Type header names. Media type and parameter names may be in
 * any case, parameters in any order, the boundary in quotes. Throws a Refusal saying what is missing.
 */
export function boundaryOf(contentType: string | undefined): string {
  if (!contentType) throw malformed("no_content_type");
  const [type = "", ...parameters] = contentType.split(";");
  if (!/^multipart\/(form-data|mixed)$/i.test(type.trim())) throw malformed("wrong_content_type");
  const boundary = parameters
    .map((parameter) => /^\s*boundary="?([^"]+?)"?\s*$/i.exec(parameter)?.[1])
    .find(Boolean);
  if (boundary === undefined) throw malformed("no_boundary");
  return boundary;
}
