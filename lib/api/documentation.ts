import { PERMISSION_TITLES } from "#lib/core/viewer";
import type { EndpointDocumentation } from "#lib/reports/endpoint-documentation";
import type { Example, Route } from "./define-route";
import { EXAMPLE_CRASH_ID } from "./examples";
import { parametersOf } from "./openapi";

/** What surrounds the examples, so that they can be run as they stand. */
export interface Surroundings {
  /** Scheme and host. */
  readonly origin: string;
  /** A crash that is there. */
  readonly crashId: string;
}

/** Explains endpoints, from the objects that answer them. */
export function documentEndpoints(
  routes: readonly Route[],
  surroundings: Surroundings,
): readonly EndpointDocumentation[] {
  return routes.map((route) => ({
    name: route.name,
    methods: route.methods.join(", "),
    summary: route.summary,
    description: route.description ?? null,
    permission: route.permission ? PERMISSION_TITLES[route.permission] : null,
    replacement: route.deprecated ?? null,
    parameters: parametersOf(route)
      .filter(({ name }) => !route.fields?.includes(name))
      .map(({ name, required, schema }) => ({
        name,
        required,
        repeated: route.lists.has(name),
        description: typeof schema.description === "string" ? schema.description : "",
      })),
    takesFields: route.fields !== undefined,
    examples: route.examples.map((example) => runnable(route, example, surroundings)),
  }));
}

function runnable(
  { name, methods, permission }: Route,
  { title, query = "", body, file }: Example,
  { origin, crashId }: Surroundings,
): EndpointDocumentation["examples"][number] {
  const asked = query.replaceAll(EXAMPLE_CRASH_ID, crashId);
  const url = `${origin}/api/${name}/`;
  const token = permission ? " -H 'Auth-Token: YOUR-TOKEN'" : "";
  if (file !== undefined) return { title, href: null, curl: `curl${token} -F 'file=@${file}' '${url}'` };
  if (body !== undefined) {
    const json = JSON.stringify(body).replaceAll("'", "'\\''");
    return {
      title,
      href: null,
      curl: `curl${token} -H 'Content-Type: application/json' -d '${json}' '${url}'`,
    };
  }
  if (!methods.includes("GET")) return { title, href: null, curl: `curl${token} -d '${asked}' '${url}'` };
  const address = asked === "" ? url : `${url}?${asked}`;
  const href = permission ? null : address.slice(origin.length);
  return { title, href, curl: `curl${token} '${address}'` };
}
