import type { Page } from "@playwright/test";
import { createToken } from "#test/crash-stats-command";
import { startServerProcess, temporaryDataDirectory } from "#test/server-process";
import { startOidcProvider, type TestOidcProvider } from "#test/services/oidc-provider";
import { freePort } from "#test/services/service-process";

/** The first superuser of a site with a provider. */
export const SUPERUSER = "analyst@example.com";

/** A server with data of its own where people sign in with an OpenID Connect provider. */
export interface SiteWithProvider {
  readonly url: string;
  readonly provider: TestOidcProvider;
  /** Signs somebody in who comes from a path and is led back there. */
  signIn(page: Page, email: string, from: string): Promise<void>;
  remove(): Promise<void>;
}

/** Starts it; SUPERUSER is known there. */
export async function startSiteWithProvider(
  settings: Readonly<Record<string, string>>,
): Promise<SiteWithProvider> {
  // The provider has to know the server's address before it starts.
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const provider = await startOidcProvider(`${publicUrl}/api/auth/callback/oidc`);
  const data = await temporaryDataDirectory();
  await createToken(data.path);
  const server = await startServerProcess(data.path, {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    OIDC_NAME: "the test provider",
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
    ...settings,
  });
  return {
    url: server.url,
    provider,
    async signIn(page, email, from) {
      provider.signInAs({ email, verified: true });
      await page.goto(`${server.url}/signin/?next=${encodeURIComponent(from)}`);
      await page.getByRole("button", { name: "Sign in with the test provider" }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/signin"));
    },
    async remove() {
      await server.stop();
      await data.remove();
      await provider.close();
    },
  };
}
