import type { Route } from "./define-route";
import { CORS_HEADERS, json } from "./respond";

/** The answer to a browser that asks whether it may; null when it is no browser that asks. */
export function preflight(request: Request): Response | null {
  if (!request.headers.has("Access-Control-Request-Method")) return null;
  const headers = {
    ...CORS_HEADERS,
    "Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT",
    "Access-Control-Allow-Headers":
      "accept, authorization, auth-token, content-type, user-agent, x-csrftoken, x-requested-with",
    "Access-Control-Max-Age": "86400",
  };
  return new Response(null, { status: 200, headers });
}

/** The answer to any other OPTIONS, in the two forms that the reference has. */
export function requestOptions({ name, summary, errors, body }: Route): Response {
  if (errors === "wrapped") return json([{}, false]);
  return json({
    name,
    description: summary,
    renders: ["application/json"],
    parses: body === "json" ? ["application/json"] : [],
  });
}
