import { isAppError, parameterErrors } from "#lib/core/errors";

/** Every origin may read the API; it is sent without credentials. */
export const CORS_HEADERS = { "Access-Control-Allow-Origin": "*" };

/** A JSON answer. `</` is written so that it cannot end a script element wherever the text ends up. */
export function json(body: unknown, status = 200, pretty = false): Response {
  const text = JSON.stringify(body, null, pretty ? 2 : undefined).replaceAll("</", "<\\/");
  return new Response(text, {
    status,
    headers: {
      "Content-Type": "application/json; charset=UTF-8",
      "Cache-Control": "private, no-cache",
      ...CORS_HEADERS,
    },
  });
}

/** The answer to a foreseen error, as clients of the reference know it; null for anything else. */
export function errorAnswer(error: unknown): Response | null {
  if (!isAppError(error)) return null;
  const errors = parameterErrors(error);
  if (errors) return json({ errors }, error.status);
  const prefixes: Readonly<Record<number, string>> = {
    400: `Bad request: ${error.name}: `,
    404: `Not found: ${error.name} `,
  };
  const answer = json({ error: `${prefixes[error.status] ?? ""}${error.message}` }, error.status);
  if (error.transient) answer.headers.set("Retry-After", "10");
  return answer;
}
