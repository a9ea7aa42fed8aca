import { isAppError, parameterErrors, type AppError } from "#lib/core/errors";

/** Every origin may read the API; it is sent without credentials. */
export const CORS_HEADERS = { "Access-Control-Allow-Origin": "*" };

/** How an endpoint puts what went wrong: `wrapped` names the kind of error, `plain` leaves it at the message. */
export type ErrorStyle = "wrapped" | "plain";

/** What of an answer is not its body. */
export interface JsonOptions {
  readonly pretty?: boolean;
  /** How long the client may keep it. */
  readonly cacheSeconds?: number | undefined;
}

/** A JSON answer. `</` is written so that it cannot end a script element wherever the text ends up. */
export function json(body: unknown, { pretty = false, cacheSeconds }: JsonOptions = {}): Response {
  const text = JSON.stringify(body, null, pretty ? 2 : undefined).replaceAll("</", "<\\/");
  return new Response(text, {
    headers: {
      "Content-Type": "application/json; charset=UTF-8",
      "Cache-Control": cacheSeconds === undefined ? "private, no-cache" : `private, max-age=${cacheSeconds}`,
      // The same address answers differently to those who may see more.
      Vary: "Auth-Token, Cookie",
      ...CORS_HEADERS,
    },
  });
}

/** A JSON answer that says what went wrong. */
export function errorJson(body: unknown, status: number, ending = ""): Response {
  return new Response(`${JSON.stringify(body).replaceAll("</", "<\\/")}${ending}`, {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "private, no-store", ...CORS_HEADERS },
  });
}

/** The answer to a foreseen error, as clients of the reference know it; null for anything else. */
export function errorAnswer(error: unknown, style: ErrorStyle): Response | null {
  if (!isAppError(error)) return null;
  if (error.code === "token_refused") return errorJson({ error: error.message }, error.status, "\n");
  if (error.code === "too_many_requests") return throttled(error, style);
  const errors = parameterErrors(error);
  if (errors) return errorJson({ errors }, error.status);
  const answer = errorJson({ error: style === "plain" ? error.message : wrapped(error) }, error.status);
  if (error.transient) answer.headers.set("Retry-After", "10");
  return answer;
}

function wrapped(error: AppError): string {
  const prefixes: Readonly<Record<number, string>> = {
    400: `Bad request: ${error.name}: `,
    404: `Not found: ${error.name} `,
  };
  return `${prefixes[error.status] ?? ""}${error.message}`;
}

function throttled(error: AppError, style: ErrorStyle): Response {
  const body = style === "plain" ? { detail: "Request was throttled." } : { error: error.message };
  const answer = errorJson(body, error.status);
  const seconds = "retryAfterSeconds" in error ? String(error.retryAfterSeconds) : "60";
  answer.headers.set("Retry-After", seconds);
  answer.headers.set("Access-Control-Expose-Headers", "Retry-After");
  return answer;
}

/** The answer to a method that an endpoint does not have. */
export function methodRefused(method: string, style: ErrorStyle): Response {
  return style === "plain"
    ? errorJson({ detail: `Method "${method}" not allowed.` }, 405)
    : errorJson({ error: "Method not allowed" }, 405);
}
