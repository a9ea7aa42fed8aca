import { addMinutes } from "date-fns";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newestAuditEntries } from "#lib/db/audit";
import type { Database } from "#lib/db/database";
import { ensurePerson, hasSuperuser, updatePerson } from "#lib/db/people";
import { openTestServices } from "#test/test-services";
import { endSession, personOfRequest, sessionCookie, startSession } from "./session";
import { createSignInLink, describeSignInLink, firstSuperuserLink, useSignInLink } from "./sign-in-link";

const NOW = new Date("2026-11-24T12:00:00Z");

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  const open = await openTestServices();
  ({ database } = open.services);
  close = () => open.close();
}, 120_000);
beforeEach(async () => {
  await database.client.user.deleteMany();
  await database.client.signInLink.deleteMany();
});
afterAll(() => close());

const tokenOf = (path: string | null) => new URL(path ?? "", "http://local").searchParams.get("token") ?? "";
const signIn = (token: string, email = "", now = NOW) => useSignInLink(database, { token, email }, now);

describe("the first superuser", () => {
  it("is whoever uses the link of a server that has none, once, and that is written down", async () => {
    const token = tokenOf(await firstSuperuserLink(database, NOW));
    await expect(signIn(token, "nobody")).rejects.toThrow('"nobody" is no e-mail address');
    expect(await signIn(token, "First@Example.com")).toMatchObject({
      email: "first@example.com",
      superuser: true,
    });
    await expect(signIn(token, "second@example.com")).rejects.toMatchObject({ status: 403 });
    expect(await firstSuperuserLink(database, NOW)).toBeNull();
    const [entry] = await newestAuditEntries(database, 5);
    expect(entry).toMatchObject({ actor: "first@example.com", action: "user.make_superuser" });
  });

  it("is one person, however many links were printed before", async () => {
    const [one, two] = [await firstSuperuserLink(database, NOW), await firstSuperuserLink(database, NOW)];
    await signIn(tokenOf(one), "first@example.com");
    await expect(signIn(tokenOf(two), "second@example.com")).rejects.toMatchObject({ status: 403 });
  });
});

describe("a link", () => {
  it("signs in its person and no other, is looked at without being used, and works once", async () => {
    const token = tokenOf(await createSignInLink(database, "Ada@example.com", NOW));
    expect(await describeSignInLink(database, token, NOW)).toEqual({ email: "ada@example.com" });
    expect(await signIn(token, "mallory@example.com")).toMatchObject({
      email: "ada@example.com",
      superuser: false,
    });
    expect(await hasSuperuser(database)).toBe(false);
    expect(await describeSignInLink(database, token, NOW)).toBeNull();
  });

  it("lets one of many in who use it at the same time", async () => {
    const token = tokenOf(await createSignInLink(database, "ada@example.com", NOW));
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => signIn(token)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is refused when it has expired, never was one, or its person is inactive", async () => {
    const token = tokenOf(await createSignInLink(database, "ada@example.com", NOW));
    await expect(signIn(token, "", addMinutes(NOW, 60))).rejects.toMatchObject({ status: 403 });
    await expect(signIn("' OR true --")).rejects.toMatchObject({ status: 403 });
    const { id } = await ensurePerson(database, "gone@example.com", NOW);
    await updatePerson(database, id, { active: false });
    const gone = tokenOf(await createSignInLink(database, "gone@example.com", NOW));
    await expect(signIn(gone)).rejects.toThrow("gone@example.com is inactive");
  });

  it("is kept as a hash: nothing in the database gives it away", async () => {
    const token = tokenOf(await createSignInLink(database, "ada@example.com", NOW));
    const rows = await database.client.signInLink.findMany();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });
});

describe("a session", () => {
  it("ends when its person signs out, and that of another browser stays", async () => {
    const { id } = await ensurePerson(database, "ada@example.com", NOW);
    const begin = async () => {
      const session = await startSession(database, id, { sessionHours: 1 }, NOW);
      return new Headers({ cookie: `theme=dark; ${sessionCookie(false, session).split(";")[0] ?? ""}` });
    };
    const [one, two] = [await begin(), await begin()];
    expect((await personOfRequest(database, one, NOW))?.email).toBe("ada@example.com");
    await endSession(database, one);
    expect(await personOfRequest(database, one, NOW)).toBeNull();
    expect((await personOfRequest(database, two, NOW))?.email).toBe("ada@example.com");
  });

  it("is nobody's when the cookie is empty, strange, or of another name", async () => {
    for (const cookie of ["crash-stats-session=", "crash-stats-session=%27", "x-crash-stats-session=ab"])
      expect(await personOfRequest(database, new Headers({ cookie }), NOW)).toBeNull();
  });
});
