import { addDays, subSeconds } from "date-fns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import { apiTokenWithHash, revokeApiToken } from "#lib/db/api-tokens";
import type { Database } from "#lib/db/database";
import { ensurePerson, joinGroup, leaveGroup, updatePerson } from "#lib/db/people";
import { openTestServices } from "#test/test-services";
import { createApiToken, TOKEN_DAYS, type TokenWishes } from "./api-token";
import { secretHash } from "./secret";
import { SESSION_COOKIE, startSession } from "./session";
import { viewerOfRequest } from "./viewer-of-request";

const NOW = new Date("2026-11-24T12:00:00Z");

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  const open = await openTestServices();
  ({ database } = open.services);
  close = () => open.close();
});
afterAll(() => close());

let people = 0;
const newPerson = async (...groups: readonly string[]) => {
  const email = `person-${++people}@example.com`;
  const { id } = await ensurePerson(database, email, NOW);
  for (const group of groups) await joinGroup(database, id, group);
  return ensurePerson(database, email, NOW);
};
const newKey = async (email: string, wishes: TokenWishes) =>
  createApiToken(database, await ensurePerson(database, email, NOW), wishes, NOW);
const viewer = (key: string, now = NOW) => viewerOfRequest(database, new Headers({ "Auth-Token": key }), now);
const mayDo = async (key: string) => {
  const asked = await viewer(key);
  return PERMISSIONS.filter((permission) => asked.can(permission));
};

describe("people", () => {
  it("are the same in any case of their e-mail, and may do nothing by themselves", async () => {
    const person = await newPerson();
    expect(person.permissions).toEqual([]);
    expect((await ensurePerson(database, person.email.toUpperCase(), NOW)).id).toBe(person.id);
  });

  it.each([
    ["Hackers", ["view_pii", "view_rawdump", "run_long_queries", "reprocess_crashes"]],
    ["Hackers Plus", [...PERMISSIONS]],
  ])("of the group %s may do what the group may", async (group, permissions) => {
    expect((await newPerson(group)).permissions).toEqual(permissions);
  });

  it("who are superusers may do everything, and nothing when they are inactive", async () => {
    const { id, email } = await newPerson();
    await updatePerson(database, id, { superuser: true });
    expect((await ensurePerson(database, email, NOW)).permissions).toEqual(PERMISSIONS);
    await updatePerson(database, id, { active: false });
    expect((await ensurePerson(database, email, NOW)).permissions).toEqual([]);
  });
});

describe("a token", () => {
  it("allows what it was made for and no more, also to a superuser", async () => {
    const { id, email } = await newPerson("Hackers");
    await updatePerson(database, id, { superuser: true });
    const key = await newKey(email, { permissions: ["view_pii"] });
    expect(await mayDo(key)).toEqual(["view_pii"]);
    expect((await viewer(key)).email).toBe(email);
    expect(await mayDo(await newKey(email, { permissions: [] }))).toEqual([]);
  });

  it("allows nothing that its owner lost since, and again what they got back", async () => {
    const { id, email } = await newPerson("Hackers");
    const permissions: readonly Permission[] = ["view_pii", "view_rawdump"];
    const key = await newKey(email, { permissions });
    await leaveGroup(database, id, "Hackers");
    expect(await mayDo(key)).toEqual([]);
    await joinGroup(database, id, "Hackers Plus");
    expect(await mayDo(key)).toEqual(permissions);
  });

  it("is not made for what its owner may not do", async () => {
    const { email } = await newPerson("Hackers");
    await expect(newKey(email, { permissions: ["run_custom_queries"] })).rejects.toThrow(
      `${email} lacks run_custom_queries; has view_pii`,
    );
  });

  it("is kept as a hash: nothing in the database gives the key away", async () => {
    const key = await newKey((await newPerson()).email, { permissions: [] });
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const rows = await database.client.apiToken.findMany();
    expect(rows).not.toHaveLength(0);
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(await apiTokenWithHash(database, secretHash(key))).not.toBeNull();
  });

  it("is refused when it is none, has expired, was revoked, or its owner is inactive", async () => {
    const { id, email } = await newPerson("Hackers");
    const key = await newKey(email, { permissions: ["view_pii"] });
    const end = addDays(NOW, TOKEN_DAYS);
    expect((await viewer(key, subSeconds(end, 1))).can("view_pii")).toBe(true);
    await expect(viewer(key, end)).rejects.toThrow("API Token found but expired");
    await expect(viewer(secretHash(key))).rejects.toThrow("API Token not matched");
    await expect(viewer("' OR true --")).rejects.toMatchObject({ status: 403, code: "token_refused" });
    await updatePerson(database, id, { active: false });
    await expect(viewer(key)).rejects.toThrow("User of API token not active");
    await updatePerson(database, id, { active: true });
    await revokeApiToken(database, (await apiTokenWithHash(database, secretHash(key)))?.id ?? 0);
    await expect(viewer(key)).rejects.toThrow("API Token not matched");
  });

  it("is no token when it is empty or missing: the asker is anonymous", async () => {
    expect((await viewer("")).email).toBeNull();
    expect((await viewerOfRequest(database, new Headers(), NOW)).email).toBeNull();
  });
});

describe("a session", () => {
  it("allows what its person may do until it ends, and a token in the same request comes before it", async () => {
    const { id, email } = await newPerson("Hackers Plus");
    const { token, expires } = await startSession(database, id, { sessionHours: 1 }, NOW);
    const cookie = `theme=dark; ${SESSION_COOKIE}=${token}`;
    const inBrowser = await viewerOfRequest(database, new Headers({ cookie }), NOW);
    expect(inBrowser.email).toBe(email);
    expect(inBrowser.can("upload_symbols")).toBe(true);
    const key = await newKey(email, { permissions: ["view_pii"] });
    const byToken = await viewerOfRequest(database, new Headers({ cookie, "Auth-Token": key }), NOW);
    expect([byToken.can("view_pii"), byToken.can("upload_symbols")]).toEqual([true, false]);
    const wrong = new Headers({ cookie, "Auth-Token": "none" });
    await expect(viewerOfRequest(database, wrong, NOW)).rejects.toThrow("API Token not matched");
    expect((await viewerOfRequest(database, new Headers({ cookie }), expires)).email).toBeNull();
  });
});
