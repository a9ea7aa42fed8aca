import { InvalidParameters } from "#lib/core/errors";
import { anonymous, type Viewer } from "#lib/core/viewer";
import { services, type Services } from "#lib/services";
import { errorAnswer, json, CORS_HEADERS } from "./respond";

/** What an endpoint gets. */
export interface ApiRequest {
  readonly services: Services;
  readonly viewer: Viewer;
  readonly parameters: URLSearchParams;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** A public API endpoint that answers GET. */
export interface Endpoint {
  /** As in the path: `/api/<name>/`. */
  readonly name: string;
  handle(request: ApiRequest): Promise<Response>;
}

type Handler = (request: Request) => Promise<Response>;

/** The handlers of an endpoint for every method, so that none is answered by the framework. */
export function serve(
  endpoint: Endpoint,
): Readonly<Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS", Handler>> {
  const refuse: Handler = () => Promise.resolve(json({ error: "Method not allowed" }, 405));
  return {
    GET: (request) => answer(endpoint, request),
    OPTIONS: (request) => Promise.resolve(preflight(request)),
    HEAD: refuse,
    POST: refuse,
    PUT: refuse,
    PATCH: refuse,
    DELETE: refuse,
  };
}

async function answer(endpoint: Endpoint, request: Request): Promise<Response> {
  const { searchParams: parameters, pathname, search } = new URL(request.url);
  try {
    for (const [name, value] of parameters)
      if (value.includes("\0")) throw new InvalidParameters({ [name]: ["Null characters are not allowed."] });
    return await endpoint.handle({
      services: services(),
      viewer: anonymous,
      parameters,
      signal: request.signal,
      now: new Date(),
    });
  } catch (error) {
    const foreseen = errorAnswer(error);
    if (foreseen) return foreseen;
    if (request.signal.aborted) return new Response(null, { status: 499 });
    services().log.error({ error, endpoint: endpoint.name }, "an API request failed");
    return json({ error: "Internal Server Error", path: pathname, query_string: search.slice(1) }, 500);
  }
}

function preflight(request: Request): Response {
  if (!request.headers.has("Access-Control-Request-Method")) return json([{}, false]);
  const headers = {
    ...CORS_HEADERS,
    "Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT",
    "Access-Control-Allow-Headers":
      "accept, authorization, auth-token, content-type, user-agent, x-csrftoken, x-requested-with",
    "Access-Control-Max-Age": "86400",
  };
  return new Response(null, { status: 200, headers });
}

/** A parameter that must be given. */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.getAll(name).at(-1)?.trim();
  if (!value) throw new InvalidParameters({ [name]: ["This field is required."] });
  return value;
}

/** Whether the answer is to be indented. */
export function wantsPretty(parameters: URLSearchParams): boolean {
  return parameters.get("pretty") === "print";
}
