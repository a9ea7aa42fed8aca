import { signInProviders } from "#lib/auth/providers";
import { firstSuperuserLink, LINK_HOURS } from "#lib/auth/sign-in-link";
import type { WholeServer } from "#lib/server/server";

/** What to say about signing in when nobody has yet and no provider is set up: a line, or nothing. */
export async function firstSignIn({ url, services }: WholeServer): Promise<string> {
  if (signInProviders(services.config).length > 0) return "";
  const path = await firstSuperuserLink(services.database, new Date());
  if (path === null) return "";
  const address = services.config.publicUrl.replace(/\/$/, "") || url;
  return `Become the first superuser, once and within ${LINK_HOURS} h: ${address}${path}\n`;
}
