import type { z } from "zod";
import type { Permission, Viewer } from "#lib/core/viewer";
import type { MiddlewareServices } from "#lib/services";
import { listParameters, parseParameters } from "./parameters";
import { ApiRefusal } from "./refusal";
import { formFields, jsonBody } from "./request-body";
import type { ErrorStyle } from "./respond";

/** What an endpoint gets beside its input. */
export interface ApiRequest {
  readonly services: MiddlewareServices;
  readonly viewer: Viewer;
  /** For endpoints that read files of it as they arrive. */
  readonly request: Request;
  /** The query string as it was sent. */
  readonly query: URLSearchParams;
  /** Scheme and host as the client wrote them. */
  readonly origin: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** A request that can be tried out. */
export interface Example {
  readonly title: string;
  /** Query string or form; or the JSON body. */
  readonly query?: string;
  readonly body?: unknown;
  /** Name of a file that is sent. */
  readonly file?: string;
}

/** All that is known of an endpoint: how it is called, documented and answered. */
export interface RouteDefinition<Input extends z.ZodObject, Output extends z.ZodType> {
  /** As in the path: `/api/<name>/`. */
  readonly name: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** One sentence. */
  readonly summary: string;
  /** What else callers should know. */
  readonly description?: string;
  /** What callers must be allowed to do. */
  readonly permission?: Permission;
  readonly input: Input;
  /** Parameters that are fields of Super Search, and explained with those. */
  readonly fields?: readonly string[];
  /** How a POST is sent. With files, parameters are in the query string, and the files are left to the endpoint. */
  readonly body?: "form" | "json" | "files";
  readonly output: Output;
  /** Types of what it answers beside JSON. */
  readonly binary?: string;
  readonly errors?: ErrorStyle;
  /** How long clients may keep the answer. */
  readonly cacheSeconds?: number;
  /** It is kept for old clients; new ones have something better. */
  readonly deprecated?: string;
  readonly examples: readonly Example[];
  answer(request: ApiRequest & { readonly input: z.output<Input> }): Promise<z.input<Output> | Response>;
}

/** An endpoint, as everything that does not know its input sees it. */
export interface Route extends Omit<RouteDefinition<z.ZodObject, z.ZodType>, "answer"> {
  readonly body: "form" | "json" | "files";
  readonly errors: ErrorStyle;
  /** Parameters that are repeated rather than given once. */
  readonly lists: ReadonlySet<string>;
  /** Parses the request and answers it: with data, indented when asked, or with a finished response. */
  handle(
    request: Request,
    context: ApiRequest,
  ): Promise<{ readonly result: unknown; readonly pretty: boolean }>;
}

/** Describes an endpoint. Its input and its answer are typed by their schemas. */
export function defineRoute<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: RouteDefinition<Input, Output>,
): Route {
  const { input, body = "form", errors = "wrapped" } = definition;
  const lists = listParameters(input);
  return {
    ...definition,
    body,
    errors,
    lists,
    async handle(request, context) {
      if (request.method === "POST" && body === "json")
        return {
          result: await definition.answer({ ...context, input: parseBody(input, await jsonBody(request)) }),
          pretty: false,
        };
      const given = request.method === "POST" && body === "form" ? await formFields(request) : context.query;
      const result = await definition.answer({ ...context, input: parseParameters(input, lists, given) });
      return { result, pretty: given.get("pretty") === "print" };
    },
  };
}

function parseBody<Input extends z.ZodObject>(input: Input, body: unknown): z.output<Input> {
  const parsed = input.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiRefusal(400, { error: parsed.error.issues.map(({ message }) => message).join("; ") });
}
