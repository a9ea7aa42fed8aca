import { z } from "zod";
import { PERMISSION_TITLES } from "#lib/core/viewer";
import type { Route } from "./define-route";

type JsonSchema = Readonly<Record<string, unknown>>;

const TOKEN = "token";

/** The OpenAPI 3.1 document of endpoints, made from the objects that answer them. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "crash-stats",
      version,
      description: "Crash reports: found, counted, fetched and processed again.",
      license: { name: "MPL-2.0", identifier: "MPL-2.0" },
    },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(routes.map((route) => [`/api/${route.name}/`, pathItem(route)])),
    components: {
      securitySchemes: {
        [TOKEN]: {
          type: "apiKey",
          in: "header",
          name: "Auth-Token",
          description: "Shows what its permissions allow, and allows more requests a minute.",
        },
      },
    },
  };
}

/** What an endpoint takes, one schema per parameter. */
export function parametersOf({ input }: Pick<Route, "input">): readonly {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    required: required.includes(name),
    schema: schema as JsonSchema,
  }));
}

function pathItem(route: Route): object {
  return Object.fromEntries(route.methods.map((method) => [method.toLowerCase(), operation(route, method)]));
}

function operation(route: Route, method: "GET" | "POST"): object {
  const { name, summary, description, deprecated, permission } = route;
  const told = [
    description,
    deprecated === undefined ? undefined : `Kept for old clients; use ${deprecated}.`,
    permission && `Needs the permission ${permission} (${PERMISSION_TITLES[permission]}).`,
  ].filter((text) => text !== undefined);
  return {
    operationId: `${method.toLowerCase()}${name}`,
    summary,
    ...(told.length > 0 && { description: told.join(" ") }),
    ...(deprecated !== undefined && { deprecated: true }),
    security: permission ? [{ [TOKEN]: [] }] : [{}, { [TOKEN]: [] }],
    ...(method === "GET" ? { parameters: queryParameters(route) } : { requestBody: requestBody(route) }),
    responses: responses(route, method),
  };
}

function queryParameters(route: Route): readonly object[] {
  return parametersOf(route).map(({ name, required, schema }) => {
    const { description, ...type } = schema;
    return { name, in: "query", required, description, schema: type };
  });
}

function requestBody({ body, input }: Route): object {
  if (body === "files") {
    const files = { type: "object", additionalProperties: { contentMediaType: "application/octet-stream" } };
    return { required: true, content: { "multipart/form-data": { schema: files } } };
  }
  const type = body === "json" ? "application/json" : "application/x-www-form-urlencoded";
  return { required: true, content: { [type]: { schema: plainSchema(input, "input") } } };
}

function responses(route: Route, method: "GET" | "POST"): object {
  const { output, binary, errors, input } = route;
  const takesCrashId = "crash_id" in input.shape;
  const answer = { "application/json": { schema: plainSchema(output, "output") } };
  const dump = binary !== undefined && { [binary]: { schema: {} } };
  return {
    200: { description: "The answer.", content: { ...answer, ...dump } },
    400: refusal("A parameter is missing or cannot be understood."),
    403: refusal("The token cannot be used, or its permissions do not suffice."),
    ...(takesCrashId && errors === "wrapped" && { 404: refusal("There is no such crash.") }),
    ...(method === "POST" && { 413: refusal("The body is too large.") }),
    ...(route.body === "json" && { 415: refusal("The body is no JSON.") }),
    429: {
      ...refusal("Too many requests in a minute."),
      headers: {
        "Retry-After": {
          description: "Seconds after which to ask again.",
          required: true,
          schema: { type: "integer" },
        },
      },
    },
    503: refusal("A part of the server does not answer now."),
  };
}

/** What every refusal looks like: `errors` by parameter, or one text. */
function refusal(description: string): object {
  const text = { type: "string" };
  const schema = {
    type: "object",
    properties: {
      error: text,
      detail: text,
      errors: { type: "object", additionalProperties: { type: "array", items: text } },
    },
    additionalProperties: false,
    minProperties: 1,
  };
  return { description, content: { "application/json": { schema } } };
}

function plainSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const entries = Object.entries(z.toJSONSchema(schema, { io }));
  return Object.fromEntries(entries.filter(([key]) => key !== "$schema"));
}
