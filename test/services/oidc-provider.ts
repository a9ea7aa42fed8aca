import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** An OpenID Connect provider of its own; whoever comes is signed in as told, without being asked. */
export interface TestOidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who comes next; null cannot say who they are. */
  signInAs(person: OidcPerson | null): void;
  close(): Promise<void>;
}

export interface OidcPerson {
  readonly email: string;
  readonly verified: boolean;
}

const CLIENT = { clientId: "crash-stats", clientSecret: "a-secret-of-the-tests-and-no-other" };

/** Starts one that sends people back to `redirectUri` only. */
export async function startOidcProvider(redirectUri: string): Promise<TestOidcProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, OidcPerson>();
  let next: OidcPerson | null = null;
  const provider = providerAt(issuer, redirectUri, people);
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) {
      void answer(request, response);
      return;
    }
    const result = next === null ? { error: "access_denied" } : { login: { accountId: next.email } };
    void provider.interactionFinished(request, response, result);
  });
  return {
    issuer,
    ...CLIENT,
    signInAs(person) {
      next = person;
      if (person) people.set(person.email, person);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function providerAt(issuer: string, redirectUri: string, people: ReadonlyMap<string, OidcPerson>): Provider {
  return new Provider(issuer, {
    clients: [
      { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [redirectUri] },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["cookies-of-the-tests"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Everybody is asked anew, and agrees to everything.
    expiresWithSession: () => false,
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId,
        accountId: oidc.session?.accountId,
      });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: accountId,
        email_verified: people.get(accountId)?.verified ?? false,
      }),
    }),
  });
}
