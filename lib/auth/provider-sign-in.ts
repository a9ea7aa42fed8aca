import type { AuthOptions } from "next-auth";
import * as nextAuth from "next-auth";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { Logger } from "pino";
import { announcePublicUrl } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { href } from "#lib/core/links";
import { localPath } from "#lib/core/local-path";
import type { Database } from "#lib/db/database";
import { ensurePerson, personWithEmail, type Person } from "#lib/db/people";
import { providerOptions, type Claims, type SignInProvider } from "./providers";
import { newSecret } from "./secret";
import { SESSION_COOKIE, startSession } from "./session";

/** What signing in with a provider works with. */
export interface SignInServices {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
}

/** Where a browser goes next, and what it keeps. */
export interface SignInStep {
  readonly location: string;
  /** As `Set-Cookie` headers have them. */
  readonly cookies: readonly string[];
}

/** Why somebody was not signed in, as the page where people sign in is told. */
export const SIGN_IN_ERRORS = {
  Unverified: "The provider has not verified your e-mail address.",
  Inactive: "Your account here is inactive.",
  OAuthSignin: "The provider does not answer. Try again in a moment.",
  OAuthCallback: "What came back from the provider does not belong to a sign-in that began here. Try again.",
  Callback: "The provider did not sign you in. Try again.",
} as const;

type SignInError = keyof typeof SIGN_IN_ERRORS;

/** Seals cookies of a sign-in for those who have set no secret; all of them end with the process. */
const secretOfThisProcess = newSecret();

/** Sends a browser to a provider; afterwards it comes back and goes on to `next`, a place on this site. */
export async function beginSignIn(
  services: SignInServices,
  provider: SignInProvider["id"],
  next: string,
  now: Date,
): Promise<SignInStep> {
  const run = runner(services, provider, now);
  // The library defends this step with a token of its own, which is had and given back here: whoever
  // gets this far came from a page of ours.
  const asked = await run({ method: "GET", action: "csrf", cookies: {} });
  const { csrfToken } = asked.body as { readonly csrfToken: string };
  return run({
    method: "POST",
    action: "signin",
    cookies: cookiesOf(asked.cookies),
    body: { csrfToken, callbackUrl: localPath(next) },
  });
}

/** Signs in whoever comes back from a provider, when it vouches for their e-mail and they are not inactive. */
export function finishSignIn(
  services: SignInServices,
  provider: SignInProvider["id"],
  request: { readonly query: URLSearchParams; readonly cookies: Readonly<Record<string, string>> },
  now: Date,
): Promise<SignInStep> {
  // Who was signed in before does not matter.
  const cookies = Object.fromEntries(
    Object.entries(request.cookies).filter(([name]) => name !== SESSION_COOKIE),
  );
  const query = Object.fromEntries(request.query);
  return runner(services, provider, now)({ method: "GET", action: "callback", cookies, query });
}

interface Step {
  readonly method: "GET" | "POST";
  readonly action: "callback" | "csrf" | "signin";
  readonly cookies: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
}

type Handler = (request: object, response: object, options: AuthOptions) => Promise<unknown>;

/** The library as the module system at hand gives it: some wrap what a CommonJS module exports. */
const { default: exported } = nextAuth as unknown as { default: Handler | { default: Handler } };
const handle = typeof exported === "function" ? exported : exported.default;

/** Runs steps of the library, which is written for other servers, and gathers what it answers. */
function runner(services: SignInServices, provider: SignInProvider["id"], now: Date) {
  const options = authOptions(services, provider, now);
  const publicUrl = new URL(services.config.publicUrl).origin;
  announcePublicUrl(publicUrl);
  return async ({ method, action, cookies, query = {}, body = {} }: Step) => {
    const headers = new Map<string, unknown>();
    let answer: unknown;
    const response = {
      status: () => response,
      getHeader: (name: string) => headers.get(name),
      setHeader: (name: string, value: unknown) => headers.set(name, value),
      end: () => undefined,
      send: (content: unknown) => (answer = content),
      json: (content: unknown) => (answer = content),
    };
    const nextauth = action === "csrf" ? [action] : [action, provider];
    await handle({ method, query: { ...query, nextauth }, body, cookies, headers: {} }, response, options);
    const set = (headers.get("Set-Cookie") ?? []) as readonly string[];
    return { location: locationOf(headers.get("Location"), publicUrl), cookies: set, body: answer };
  };
}

/** The library has pages of its own for what goes wrong; ours says it in our words. */
function locationOf(location: unknown, publicUrl: string): string {
  const url = new URL(typeof location === "string" ? location : "/", publicUrl);
  if (url.origin !== publicUrl) return url.href;
  if (!url.pathname.startsWith("/api/auth/")) return localPath(url.href.slice(publicUrl.length));
  return failed(url.searchParams.get("error") ?? "OAuthCallback");
}

function failed(error: string): string {
  return href("/signin/", { error: error in SIGN_IN_ERRORS ? error : "Callback" });
}

function authOptions(
  { config, database, log }: SignInServices,
  provider: SignInProvider["id"],
  now: Date,
): AuthOptions {
  const secure = config.publicUrl.startsWith("https:");
  return {
    providers: [providerOptions(provider, config)],
    adapter: adapter(database, config, now),
    secret: config.authSecret === "" ? secretOfThisProcess : config.authSecret,
    session: { strategy: "database" },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: SESSION_COOKIE,
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
    },
    callbacks: {
      redirect: ({ url, baseUrl }) =>
        baseUrl + localPath(url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : url),
      signIn: async ({ profile }) => {
        const refusal = await whyNot(database, profile ?? {});
        return refusal === null ? true : failed(refusal);
      },
    },
    logger: {
      // What else the library has to say may hold tokens.
      error: (code, metadata) => log.warn({ code, reason: messageOf(metadata) }, "a sign-in failed"),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}

/** Why somebody of whom a provider says this is not signed in; null when they are. */
async function whyNot(
  database: Database,
  { email, email_verified }: Partial<Claims>,
): Promise<SignInError | null> {
  if (!email || String(email_verified) !== "true") return "Unverified";
  const person = await personWithEmail(database, email);
  return person === null || person.active ? null : "Inactive";
}

/** People and sessions as the library asks for them. People are known by their e-mail alone. */
function adapter(database: Database, config: Config, now: Date): Adapter {
  const find = async (email: string) => userOf(await personWithEmail(database, email));
  return {
    getUserByAccount: ({ providerAccountId }) => find(providerAccountId),
    getUserByEmail: find,
    createUser: async ({ email }: { readonly email: string }) =>
      userOf(await ensurePerson(database, email, now)),
    linkAccount: () => undefined,
    createSession: async ({ userId }) => {
      const { token, expires } = await startSession(database, Number(userId), config, now);
      return { sessionToken: token, userId, expires };
    },
  };
}

function userOf(person: Person): AdapterUser;
function userOf(person: Person | null): AdapterUser | null;
function userOf(person: Person | null): AdapterUser | null {
  return person && { id: String(person.id), email: person.email, emailVerified: null };
}

function messageOf(metadata: Error | { readonly error?: unknown }): string {
  const error = metadata instanceof Error ? metadata : metadata.error;
  return error instanceof Error ? error.message : "unknown";
}

/** What a browser sends back of cookies that were set. */
function cookiesOf(set: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    set.map((cookie) => {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      return [name, decodeURIComponent(value)];
    }),
  );
}
