import type { IncomingMessage, ServerResponse } from "node:http";
import { SESSION_COOKIE } from "#lib/auth/session";

/** Methods that change nothing. */
const SAFE_METHODS: readonly (string | undefined)[] = ["GET", "HEAD", "OPTIONS"];

/** Where programs send requests, which come from no site: the API, and two of its endpoints where other servers have them. */
const FOR_PROGRAMS = /^\/+(api\/|(upload|search\/query)\/?(\?|$))/;

/**
 * Whether a request that may change something was made by a page of another site in somebody's browser. The API
 * takes requests from everywhere, but none that would use the session of whoever sits there.
 */
export function isForged({ method, url, headers }: IncomingMessage): boolean {
  if (SAFE_METHODS.includes(method)) return false;
  const hasSession = headers.cookie?.includes(SESSION_COOKIE) === true;
  if (!hasSession && FOR_PROGRAMS.test(url ?? "")) return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin";
  return !isSameHost(headers.origin, headers.host);
}

/** The answer to such a request. */
export function refuseForged(response: ServerResponse): void {
  response.writeHead(403, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" });
  response.end("This request comes from another site. Open the page on this site and try again there.\n");
}

function isSameHost(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
