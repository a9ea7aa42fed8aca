import { parseCrashId } from "#lib/core/crash-id";
import { reportHref, searchHref } from "#lib/core/links";

/** Where the quick search leads: a crash id to its report, anything else to a search for signatures. */
export function GET(request: Request): Response {
  const query = new URL(request.url).searchParams.get("query")?.trim() ?? "";
  const id = parseCrashId(query);
  const location = id ? reportHref(id) : searchHref({ signature: query === "" ? undefined : `~${query}` });
  return new Response(null, { status: 302, headers: { Location: location } });
}
