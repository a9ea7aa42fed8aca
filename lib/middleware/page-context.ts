import { anonymous } from "#lib/core/viewer";
import { services, type Services } from "#lib/services";
import type { ReportContext } from "#lib/reports/ask";

/** What a page works with: the services, and who asks when. */
export interface PageContext extends ReportContext {
  readonly services: Services;
}

/** The context of one request for a page. */
export function pageContext(): PageContext {
  const provided = services();
  return { services: provided, search: provided.search, viewer: anonymous, now: new Date() };
}
