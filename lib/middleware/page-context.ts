import { headers } from "next/headers";
import { cache } from "react";
import { viewerOfRequest } from "#lib/auth/viewer-of-request";
import { services, type Services } from "#lib/services";
import type { ReportContext } from "#lib/reports/ask";

/** What a page works with: the services, and who asks when. */
export interface PageContext extends ReportContext {
  readonly services: Services;
}

/** The context of one request for a page: the same for all that is rendered for it, looked up once. */
export const pageContext = cache(async (): Promise<PageContext> => {
  const provided = services();
  const now = new Date();
  const viewer = await viewerOfRequest(provided.database, await headers(), now);
  return { services: provided, search: provided.search, viewer, now };
});
