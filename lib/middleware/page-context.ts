import { anonymous } from "#lib/core/viewer";
import { services, type MiddlewareServices } from "#lib/services";
import type { ReportContext } from "#lib/reports/ask";

/** What a page works with: the services, and who asks when. */
export interface PageContext extends ReportContext {
  readonly services: MiddlewareServices;
}

/** The context of one request for a page. */
export function pageContext(): PageContext {
  const provided = services();
  return { services: provided, search: provided.superSearch, viewer: anonymous, now: new Date() };
}
