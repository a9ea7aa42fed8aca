import { createApiToken } from "#lib/auth/api-token";
import type { Route } from "#lib/api/define-route";
import { serve } from "#lib/api/route";
import type { Permission } from "#lib/core/viewer";
import { ensurePerson, updatePerson } from "#lib/db/people";
import { provideServices, type Services } from "#lib/services";
import { openTestServices } from "./test-services";

/** How a test asks an endpoint. */
export interface Call {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  readonly query?: string;
  /** Form fields in the body. */
  readonly form?: string;
  /** A JSON body. */
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The API in this process, over services of its own. */
export interface TestApi {
  readonly services: Services;
  call(route: Route, call?: Call): Promise<Response>;
  /** A token of a superuser, made for these. */
  tokenFor(...permissions: readonly Permission[]): Promise<string>;
  close(): Promise<void>;
}

/** Opens it; closing removes what it kept. */
export async function openApi(settings: Readonly<Record<string, string>> = {}): Promise<TestApi> {
  const open = await openTestServices(settings);
  const { database } = open.services;
  provideServices(open.services);
  const now = new Date();
  const { id, email } = await ensurePerson(database, "superuser@example.com", now);
  await updatePerson(database, id, { superuser: true });
  return {
    services: open.services,
    call: (route, { method, query = "", form, body, token, headers, signal } = {}) => {
      const content = form ?? (body === undefined ? undefined : JSON.stringify(body));
      const used = method ?? (content === undefined ? "GET" : "POST");
      const request = new Request(`http://crash-stats.example/api/${route.name}/?${query}`, {
        method: used,
        headers: {
          ...(form !== undefined && { "Content-Type": "application/x-www-form-urlencoded" }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...(token !== undefined && { "Auth-Token": token }),
          ...headers,
        },
        ...(content !== undefined && { body: content }),
        ...(signal && { signal }),
      });
      return serve(route)[used](request);
    },
    tokenFor: async (...permissions) =>
      createApiToken(database, await ensurePerson(database, email, now), { permissions }, now),
    close: () => open.close(),
  };
}

/** The JSON of an answer. */
export async function bodyOf(answer: Response): Promise<unknown> {
  return (await answer.json()) as unknown;
}
