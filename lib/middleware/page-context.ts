import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { personOfRequest } from "#lib/auth/session";
import { viewerFor } from "#lib/auth/viewer-of-request";
import { href } from "#lib/core/links";
import type { Person } from "#lib/db/people";
import type { ReportContext } from "#lib/reports/ask";
import { services, type MiddlewareServices } from "#lib/services";
import { isSuperuser } from "./admin/administrator";

/** What a page works with: the services, and who asks when. */
export interface PageContext extends ReportContext {
  readonly services: MiddlewareServices;
  /** Who is signed in; null for anybody else. */
  readonly person: Person | null;
}

/** The context of a page for somebody who is signed in. */
export interface SignedInContext extends PageContext {
  readonly person: Person;
}

/** The context of one request for a page: the same for all that is rendered for it, looked up once. */
export const pageContext = cache(async (): Promise<PageContext> => {
  const provided = services();
  const now = new Date();
  const person = await personOfRequest(provided.database, await headers(), now);
  return { services: provided, search: provided.superSearch, person, viewer: viewerFor(person), now };
});

/** The context of the page at `path`, which is for people who are signed in; everybody else is led to sign in. */
export async function signedInContext(path: string): Promise<SignedInContext> {
  const context = await pageContext();
  if (!context.person) redirect(href("/signin/", { next: path }));
  return { ...context, person: context.person };
}

/** The context of the page at `path`, which is for superusers; others who are signed in get 403, everybody else is led to sign in. */
export async function superuserContext(path: string): Promise<SignedInContext> {
  const context = await signedInContext(path);
  if (!isSuperuser(context.person)) forbidden();
  return context;
}
