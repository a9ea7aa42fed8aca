import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "#lib/config/config";
import type { Database } from "#lib/db/database";
import { ensurePerson, joinGroup, leaveGroup, personWithEmail, updatePerson } from "#lib/db/people";
import { startOidcProvider, type TestOidcProvider } from "#test/services/oidc-provider";
import { openTestServices } from "#test/test-services";
import { beginSignIn, finishSignIn, type SignInServices } from "./provider-sign-in";
import { personOfRequest } from "./session";
import { viewerOfRequest } from "./viewer-of-request";

const SITE = "http://127.0.0.1:8000";

let services: SignInServices;
let database: Database;
let provider: TestOidcProvider;
let close: () => Promise<void>;
beforeAll(async () => {
  provider = await startOidcProvider(`${SITE}/api/auth/callback/oidc`);
  const { config } = loadConfig({
    PUBLIC_URL: SITE,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: provider.clientId,
    OIDC_CLIENT_SECRET: provider.clientSecret,
  });
  const open = await openTestServices();
  ({ database } = open.services);
  services = { config, database, log: pino({ level: "silent" }) };
  close = () => open.close();
}, 120_000);
afterAll(async () => {
  await provider.close();
  await close();
});

type Cookies = Map<string, string>;

/** Keeps cookies as a browser does. */
function keep(cookies: Cookies, set: readonly string[]): void {
  for (const cookie of set) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === "") cookies.delete(name);
    else cookies.set(name, decodeURIComponent(value));
  }
}

const header = (cookies: Cookies) => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

/** Follows the provider's redirects until they lead back here. */
async function throughProvider(location: string): Promise<URL> {
  const cookies: Cookies = new Map();
  let url = new URL(location);
  while (url.origin !== SITE) {
    const answer = await fetch(url, { redirect: "manual", headers: { cookie: header(cookies) } });
    keep(cookies, answer.headers.getSetCookie());
    url = new URL(answer.headers.get("location") ?? "about:blank", url);
  }
  return url;
}

interface Browser {
  readonly cookies: Cookies;
  readonly back: URL;
}

async function goToProvider(next = "/profile/", cookies: Cookies = new Map()): Promise<Browser> {
  const begun = await beginSignIn(services, "oidc", next, new Date());
  keep(cookies, begun.cookies);
  return { cookies, back: await throughProvider(begun.location) };
}

async function comeBack({ cookies, back }: Browser, query = back.searchParams) {
  const step = await finishSignIn(
    services,
    "oidc",
    { query, cookies: Object.fromEntries(cookies) },
    new Date(),
  );
  keep(cookies, step.cookies);
  return { location: step.location, set: step.cookies, headers: new Headers({ cookie: header(cookies) }) };
}

async function signIn(email: string, next?: string, verified = true) {
  provider.signInAs({ email, verified });
  return comeBack(await goToProvider(next));
}

const whoIs = (headers: Headers, now = new Date()) => personOfRequest(database, headers, now);

describe("signing in with a provider", () => {
  it("makes a person of whom it vouches for, known by e-mail in any case, and leads back to where they were", async () => {
    const first = await signIn("Ada@Example.com", "/search/?product=Wren");
    expect(first.location).toBe("/search/?product=Wren");
    const ada = await whoIs(first.headers);
    expect(ada).toMatchObject({ email: "ada@example.com", active: true, superuser: false, permissions: [] });
    const again = await signIn("ada@example.com");
    expect((await whoIs(again.headers))?.id).toBe(ada?.id);
  });

  it("gives a cookie that no script can read, no other site can send, and nothing in the database gives away", async () => {
    const { set } = await signIn("ada@example.com");
    const cookie = set.find((line) => line.startsWith("crash-stats-session=")) ?? "";
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Path=\//);
    const rows = JSON.stringify(await database.client.session.findMany());
    expect(rows).not.toContain(/=([0-9a-f]{64});/.exec(cookie)?.[1] ?? "no secret");
  });

  it("is marked for https alone where people reach the site by https", async () => {
    const config = { ...services.config, publicUrl: "https://crash-stats.example" };
    const { cookies } = await beginSignIn({ ...services, config }, "oidc", "/", new Date());
    expect(cookies.length).toBeGreaterThan(0);
    expect(cookies.filter((cookie) => !cookie.includes("; Secure"))).toEqual([]);
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "never leads to another site: %s",
    async (next) => {
      expect((await signIn("ada@example.com", next)).location).toBe("/");
    },
  );

  it("refuses an e-mail that is not verified, and makes nobody of it", async () => {
    const { location, headers } = await signIn("mallory@example.com", "/", false);
    expect(location).toBe("/signin/?error=Unverified");
    expect(await whoIs(headers)).toBeNull();
    expect(await personWithEmail(database, "mallory@example.com")).toBeNull();
  });

  it("refuses somebody who is inactive here", async () => {
    const { id } = await ensurePerson(database, "gone@example.com", new Date());
    await updatePerson(database, id, { active: false });
    expect((await signIn("gone@example.com")).location).toBe("/signin/?error=Inactive");
  });

  it("says so when the provider refuses", async () => {
    provider.signInAs(null);
    expect((await comeBack(await goToProvider())).location).toBe("/signin/?error=Callback");
  });

  it("says so when the provider is away", async () => {
    const config = { ...services.config, oidcIssuer: "http://127.0.0.1:1" };
    const { location } = await beginSignIn({ ...services, config }, "oidc", "/", new Date());
    expect(location).toBe("/signin/?error=OAuthSignin");
  });

  it("refuses the way back to a browser that did not begin, and a second time", async () => {
    provider.signInAs({ email: "ada@example.com", verified: true });
    const begun = await goToProvider();
    const other = await comeBack({ cookies: new Map(), back: begun.back });
    expect(other.location).toBe("/signin/?error=OAuthCallback");
    expect(await whoIs(other.headers)).toBeNull();
    expect((await comeBack(begun)).location).toBe("/profile/");
    const replayed = await comeBack({ cookies: new Map(), back: begun.back });
    expect(await whoIs(replayed.headers)).toBeNull();
  });

  it("refuses a way back whose state was changed", async () => {
    provider.signInAs({ email: "ada@example.com", verified: true });
    const begun = await goToProvider();
    const query = new URLSearchParams(begun.back.searchParams);
    query.set("state", "another");
    expect((await comeBack(begun, query)).location).toBe("/signin/?error=OAuthCallback");
  });

  it("signs in whom the provider names, whoever was signed in before", async () => {
    const ada = await signIn("ada@example.com");
    provider.signInAs({ email: "grace@example.com", verified: true });
    const session = /crash-stats-session=([0-9a-f]+)/.exec(ada.headers.get("cookie") ?? "")?.[1] ?? "";
    const cookies = new Map([["crash-stats-session", session]]);
    const { headers } = await comeBack(await goToProvider("/", cookies));
    expect((await whoIs(headers))?.email).toBe("grace@example.com");
  });
});

describe("somebody who is signed in", () => {
  it("may do at each request what their groups allow then, and nothing once they are inactive", async () => {
    const { headers } = await signIn("lin@example.com");
    const may = async () => (await viewerOfRequest(database, headers, new Date())).can("view_pii");
    const { id } = await ensurePerson(database, "lin@example.com", new Date());
    expect(await may()).toBe(false);
    await joinGroup(database, id, "Hackers");
    expect(await may()).toBe(true);
    await leaveGroup(database, id, "Hackers");
    expect(await may()).toBe(false);
    await updatePerson(database, id, { active: false, superuser: true });
    expect(await may()).toBe(false);
    expect(await whoIs(headers)).toBeNull();
  });

  it("is nobody after the hours of the settings", async () => {
    const { headers } = await signIn("lin2@example.com");
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    expect(await whoIs(headers, hours(services.config.sessionHours - 0.1))).not.toBeNull();
    expect(await whoIs(headers, hours(services.config.sessionHours))).toBeNull();
  });
});
