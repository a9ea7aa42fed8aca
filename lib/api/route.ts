import { viewerOfRequest } from "#lib/auth/viewer-of-request";
import { CLIENT_ADDRESS_HEADER } from "#lib/core/client-address";
import { Forbidden } from "#lib/core/errors";
import { anonymous, PERMISSION_TITLES, type Permission, type Viewer } from "#lib/core/viewer";
import { services } from "#lib/services";
import type { Route } from "./define-route";
import { preflight, requestOptions } from "./options";
import { ApiRefusal } from "./refusal";
import { errorAnswer, errorJson, json, methodRefused, type ErrorStyle } from "./respond";

type Handler = (request: Request) => Promise<Response>;
type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** The handlers of an endpoint for every method, so that none is answered by the framework. */
export function serve(route: Route): Readonly<Record<Method, Handler>> {
  const handler: Handler = (request) =>
    guarded(request, route.errors, (viewer, now) => answer(route, request, viewer, now));
  const options: Handler = (request) => Promise.resolve(preflight(request) ?? requestOptions(route));
  return {
    GET: handler,
    HEAD: handler,
    POST: handler,
    PUT: handler,
    PATCH: handler,
    DELETE: handler,
    OPTIONS: options,
  };
}

/** The answer below `/api/` where there is no endpoint. */
export function refuseUnknown(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.split("/")[2] ?? "";
  return guarded(request, "wrapped", () =>
    Promise.resolve(errorJson({ error: `No service called '${name}'` }, 404)),
  );
}

async function answer(route: Route, request: Request, viewer: Viewer, now: Date): Promise<Response> {
  authorise(route.permission, viewer);
  const { method } = request;
  if (!route.methods.some((allowed) => allowed === method)) return methodRefused(method, route.errors);
  const query = new URL(request.url).searchParams;
  const { result, pretty } = await route.handle(request, {
    services: services(),
    request,
    viewer,
    query,
    origin: originOf(request),
    signal: request.signal,
    now,
  });
  if (result instanceof Response) return result;
  return json(result, { pretty, cacheSeconds: route.cacheSeconds });
}

function authorise(permission: Permission | undefined, viewer: Viewer): void {
  if (permission === undefined || viewer.can(permission)) return;
  throw new Forbidden(`Use of this endpoint requires the '${PERMISSION_TITLES[permission]}' permission`);
}

/** Who asks and whether they may ask that often, before anything else; and every error as an answer. */
async function guarded(
  request: Request,
  style: ErrorStyle,
  work: (viewer: Viewer, now: Date) => Promise<Response>,
): Promise<Response> {
  const { database, rateLimits, log } = services();
  const now = new Date();
  try {
    const address = request.headers.get(CLIENT_ADDRESS_HEADER) ?? "unknown";
    const viewer = await viewerOfRequest(database, request.headers, now).catch(async (error: unknown) => {
      // Whoever tries tokens out is counted, too.
      await rateLimits.count(address, anonymous);
      throw error;
    });
    await rateLimits.count(address, viewer);
    return await work(viewer, now);
  } catch (error) {
    if (error instanceof ApiRefusal) return errorJson(error.body, error.status);
    const foreseen = errorAnswer(error, style);
    if (foreseen) return foreseen;
    if (request.signal.aborted) return new Response(null, { status: 499 });
    const { pathname, search } = new URL(request.url);
    log.error({ error, path: pathname }, "an API request failed");
    return errorJson({ error: "Internal Server Error", path: pathname, query_string: search.slice(1) }, 500);
  }
}

/** Behind a proxy the address of the request is that of this server, so the headers say what the client wrote. */
function originOf({ url, headers }: Request): string {
  const here = new URL(url);
  const scheme = headers.get("x-forwarded-proto")?.split(",")[0]?.trim() ?? here.protocol.replace(":", "");
  return `${scheme === "https" ? "https" : "http"}://${headers.get("host") ?? here.host}`;
}
