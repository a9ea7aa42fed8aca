import type { OAuthConfig } from "next-auth/providers/oauth";
import type { Config } from "#lib/config/settings";
import { BadSetting } from "#lib/core/errors";

/** What a provider says of a person. */
export interface Claims {
  readonly sub: string;
  readonly email?: string;
  /** Some providers write it as text. */
  readonly email_verified?: boolean | string;
}

/** A way to sign in. */
export interface SignInProvider {
  readonly id: "google" | "oidc";
  readonly name: string;
}

type SignInSettings = Pick<
  Config,
  | "googleClientId"
  | "googleClientSecret"
  | "oidcAlgorithm"
  | "oidcClientId"
  | "oidcClientSecret"
  | "oidcIssuer"
  | "oidcName"
  | "publicUrl"
>;

const GOOGLE_ISSUER = "https://accounts.google.com";
const ANSWER_LIMIT_MS = 10_000;

/** The ways to sign in that the settings name. */
export function signInProviders(config: SignInSettings): readonly SignInProvider[] {
  return [
    ...(config.googleClientId === "" ? [] : [{ id: "google", name: "Google" } as const]),
    ...(config.oidcIssuer === "" ? [] : [{ id: "oidc", name: config.oidcName } as const]),
  ];
}

/** Throws BadSetting for a provider that lacks something it cannot do without. */
export function refuseHalfProviders(config: SignInSettings): void {
  const { publicUrl, googleClientId, googleClientSecret, oidcIssuer, oidcClientId, oidcClientSecret } =
    config;
  const needed = [
    ...(googleClientId === ""
      ? []
      : [
          ["GOOGLE_CLIENT_SECRET", googleClientSecret],
          ["PUBLIC_URL", publicUrl],
        ]),
    ...(oidcIssuer === ""
      ? []
      : [
          ["OIDC_CLIENT_ID", oidcClientId],
          ["OIDC_CLIENT_SECRET", oidcClientSecret],
          ["PUBLIC_URL", publicUrl],
        ]),
  ];
  const missing = needed.filter(([, value]) => value === "").map(([name]) => name);
  if (missing.length > 0)
    throw new BadSetting(
      `${[...new Set(missing)].join(" and ")}: not set, and people cannot sign in without.`,
    );
}

/** A provider as next-auth takes it. Google is one like any other. */
export function providerOptions(id: SignInProvider["id"], config: SignInSettings): OAuthConfig<Claims> {
  const isGoogle = id === "google";
  const issuer = isGoogle ? GOOGLE_ISSUER : config.oidcIssuer.replace(/\/$/, "");
  return {
    id,
    name: isGoogle ? "Google" : config.oidcName,
    type: "oauth",
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId: isGoogle ? config.googleClientId : config.oidcClientId,
    clientSecret: isGoogle ? config.googleClientSecret : config.oidcClientSecret,
    client: { id_token_signed_response_alg: isGoogle ? "RS256" : config.oidcAlgorithm },
    authorization: { params: { scope: "openid email" } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: ANSWER_LIMIT_MS },
    userinfo: {
      // Some providers put the e-mail into the ID token, others only give it when asked.
      request: async ({ client, tokens }) => {
        const claims = claimsOf(tokens.id_token);
        if (claims.email !== undefined || client.issuer.metadata.userinfo_endpoint === undefined)
          return claims;
        const more: Partial<Claims> = await client.userinfo(tokens.access_token ?? "");
        return more.sub === claims.sub ? { ...claims, ...more } : claims;
      },
    },
    // People are known by their e-mail, whichever provider vouches for it.
    profile: ({ sub, email }) => ({ id: email?.toLowerCase() ?? sub, email: email ?? null }),
  };
}

/** What an ID token says; its signature was checked when it came. */
function claimsOf(idToken = ""): Claims {
  return JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString()) as Claims;
}
