import { signInProviders, type SignInProvider } from "#lib/auth/providers";
import { isSecure, sessionCookie, startSession } from "#lib/auth/session";
import { CLIENT_ADDRESS_HEADER } from "#lib/core/client-address";
import { isAppError } from "#lib/core/errors";
import { anonymous } from "#lib/core/viewer";
import { ensurePerson, type Person } from "#lib/db/people";
import type { MiddlewareServices } from "#lib/services";
import { pageContext, type PageContext } from "./page-context";

/** Leads a browser on, with what it is to keep. */
export function seeOther(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ Location: location, "Cache-Control": "private, no-store" });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/**
 * Leads a browser on to another site. Not by a redirect: the content policy lets forms lead to this site only, and
 * browsers hold what a form is redirected to against it.
 */
export function goElsewhere(location: string, cookies: readonly string[]): Response {
  const address = location.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const page =
    `<!doctype html><html lang="en"><title>Sign in</title><meta http-equiv="refresh" content="0;url=${address}">` +
    `<p><a href="${address}">Go on to the provider</a></p></html>`;
  const headers = new Headers({
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "private, no-store",
  });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(page, { headers });
}

/** Signs a person in in the browser that sends a request, and leads it on. */
export async function signInHere(
  { database, config }: MiddlewareServices,
  person: Person,
  { headers, next }: { readonly headers: Headers; readonly next: string },
  now: Date,
): Promise<Response> {
  const session = await startSession(database, person.id, config, now);
  return seeOther(next, [sessionCookie(isSecure(config, headers), session)]);
}

/** Signs in whoever has this e-mail, who is made when there is nobody: for those who work on the program. */
export async function signInAnybody(
  services: MiddlewareServices,
  email: string,
  way: { readonly headers: Headers; readonly next: string },
  now: Date,
): Promise<Response> {
  return signInHere(services, await ensurePerson(services.database, email, now), way, now);
}

/** Answers an attempt to sign in unless its address has tried too often; says in text what was refused. */
export async function signInAttempt(
  { signInLimits }: MiddlewareServices,
  headers: Headers,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    await signInLimits.count(headers.get(CLIENT_ADDRESS_HEADER) ?? "unknown", anonymous);
    return await work();
  } catch (error) {
    if (!isAppError(error)) throw error;
    return new Response(`${error.message}\n`, {
      status: error.status,
      headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private, no-store" },
    });
  }
}

/** The same with the provider that the path of a request names; 404 where there is none. */
export async function providerAttempt(
  request: Request,
  params: Promise<{ readonly provider: string }>,
  work: (context: PageContext, provider: SignInProvider["id"]) => Promise<Response>,
): Promise<Response> {
  const context = await pageContext();
  const { provider: asked } = await params;
  const provider = signInProviders(context.services.config).find(({ id }) => id === asked);
  if (!provider) return new Response("There is no such provider.\n", { status: 404 });
  return signInAttempt(context.services, request.headers, () => work(context, provider.id));
}

/** A text of a form; empty when it is missing or a file. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
