import { endSession, isSecure, sessionCookie } from "#lib/auth/session";
import { pageContext } from "#lib/middleware/page-context";
import { seeOther } from "#lib/middleware/sign-in";

/** Ends the session of the browser that asks. */
export async function POST({ headers }: Request): Promise<Response> {
  const { services } = await pageContext();
  await endSession(services.database, headers);
  return seeOther("/", [sessionCookie(isSecure(services.config, headers))]);
}
