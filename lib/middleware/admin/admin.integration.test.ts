import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addMinutes, differenceInMinutes } from "date-fns";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createApiToken } from "#lib/auth/api-token";
import { personOfRequest, SESSION_COOKIE, startSession } from "#lib/auth/session";
import { viewerFor, viewerOfRequest } from "#lib/auth/viewer-of-request";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import { openCrashStorage } from "#lib/crashstorage/registry";
import { newestAuditEntries } from "#lib/db/audit";
import type { Database } from "#lib/db/database";
import { openEmbeddedDatabase } from "#lib/db/embedded-database";
import { openDatabase } from "#lib/db/open-database";
import { ensurePerson, joinGroup, makeSuperuser, updatePerson, type Person } from "#lib/db/people";
import { copyCurrentDatabase } from "#test/current-database";
import { createScratchDatabase } from "#test/services/scratch-database";
import { crashDoor, rawCrash } from "../crash-data";
import { formText } from "../sign-in";
import type { Administrator } from "./administrator";
import { auditLogPage } from "./audit-log";
import { answerAdminForm } from "./form";
import { allGroups, changeGroup } from "./groups";
import { changePerson, peoplePage, personPage } from "./people";

/** What the group may do that has this name at first. */
const HACKERS = ["view_pii", "view_rawdump", "run_long_queries", "reprocess_crashes"];
const ALL = { whom: null, kind: null };
const NOW = new Date("2026-11-24T12:00:00Z");

interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

async function onServer(): Promise<OpenDatabase> {
  const scratch = await createScratchDatabase(inject("databaseUrl"));
  const database = await openDatabase({ databaseUrl: scratch.url, dataDirectory: "/nowhere" });
  const close = async () => {
    await database.close();
    await scratch.drop();
  };
  return { database, close };
}

async function embedded(): Promise<OpenDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "admin-"));
  await copyCurrentDatabase(join(directory, "database"));
  const database = await openEmbeddedDatabase(join(directory, "database"));
  const close = async () => {
    await database.close();
    await rm(directory, { recursive: true });
  };
  return { database, close };
}

describe.each([
  ["embedded", embedded],
  ["on a server", onServer],
])("with the database %s", (_, open) => {
  let database: Database;
  let close: () => Promise<void>;
  let root: Person;
  let admin: Administrator;
  beforeAll(async () => {
    const opened = await open();
    database = opened.database;
    close = () => opened.close();
    root = await makeSuperuser(database, (await ensurePerson(database, "root@example.com", NOW)).id);
    admin = as(root);
  });
  afterAll(() => close());

  const as = (person: Person | null): Administrator => ({ services: { database }, person, now: NOW });
  let people = 0;
  const newPerson = async (...groups: readonly string[]) => {
    const email = `person-${++people}@example.com`;
    const { id } = await ensurePerson(database, email, NOW);
    for (const group of groups) await joinGroup(database, id, group);
    return ensurePerson(database, email, NOW);
  };
  const change = (person: Person, action: string, value = "", by = admin) =>
    changePerson(by, String(person.id), { action, value });
  const group = (action: string, name: string, ...permissions: readonly string[]) =>
    changeGroup(admin, { action, name, permissions });
  const now = (person: Person) => ensurePerson(database, person.email, NOW);
  const logged = async (most = 1) =>
    (await newestAuditEntries(database, most)).map(
      ({ actor, action, subject, detail }) => `${actor} ${action} ${subject} ${detail}`,
    );
  const logSize = async () => (await auditLogPage(admin, ALL, 1)).total;

  describe("who may administer", () => {
    const CALLS: Readonly<Record<string, (asker: Administrator) => Promise<unknown>>> = {
      people: (asker) => peoplePage(asker, { text: null, group: null }, 1),
      person: (asker) => personPage(asker, String(root.id)),
      groups: allGroups,
      log: (asker) => auditLogPage(asker, ALL, 1),
      "a change of a person": (asker) =>
        changePerson(asker, String(root.id), { action: "activate", value: "" }),
      "a change of a group": (asker) =>
        changeGroup(asker, { action: "set_permissions", name: "Hackers", permissions: HACKERS }),
    };
    const form = (asker: Administrator) =>
      answerAdminForm(asker, new Request("http://a.example/", { method: "POST" }), "/admin/", () =>
        Promise.reject(new Error("must not be reached")),
      );

    it.each(Object.entries(CALLS))("%s: a superuser and nobody else", async (_what, call) => {
      const inactive = { ...root, active: false };
      const before = await logSize();
      for (const person of [null, await newPerson("Hackers", "Hackers Plus"), inactive])
        await expect(call(as(person))).rejects.toMatchObject({ code: "forbidden", status: 403 });
      expect(await logSize()).toBe(before);
      await call(admin);
    });

    it("a form is led to sign in without a session, and refused from who is no superuser before it is read", async () => {
      const anonymous = await form(as(null));
      expect([anonymous.status, anonymous.headers.get("location")]).toEqual([
        303,
        "/signin/?next=%2Fadmin%2F",
      ]);
      const refused = await form(as(await newPerson("Hackers Plus")));
      expect([refused.status, await refused.text()]).toEqual([403, "Only superusers may do this.\n"]);
    });

    it("is asked again when the change is made: who was superuser when the page was read may be none by then", async () => {
      const other = await newPerson();
      await updatePerson(database, other.id, { superuser: true });
      const stale = as(await now(other));
      await change(other, "unmake_superuser");
      const before = await logSize();
      await expect(change(root, "deactivate", "", stale)).rejects.toMatchObject({ code: "forbidden" });
      expect([(await now(root)).active, await logSize()]).toEqual([true, before]);
    });
  });

  describe("a person", () => {
    it("who is made inactive may do nothing from then on, is signed out, and stays so when active again", async () => {
      const person = await newPerson("Hackers");
      const { token } = await startSession(database, person.id, { sessionHours: 1 }, NOW);
      const key = await createApiToken(database, person, { permissions: ["view_pii"] }, NOW);
      const headers = new Headers({ cookie: `${SESSION_COOKIE}=${token}` });
      const viewer = () => viewerOfRequest(database, new Headers({ "Auth-Token": key }), NOW);
      expect((await personOfRequest(database, headers, NOW))?.permissions).toContain("view_pii");
      await change(person, "deactivate");
      expect(await personOfRequest(database, headers, NOW)).toBeNull();
      await expect(viewer()).rejects.toThrow("not active");
      await change(person, "activate");
      expect(await personOfRequest(database, headers, NOW)).toBeNull();
      expect((await viewer()).can("view_pii")).toBe(true);
      expect(await logged(2)).toEqual([
        `root@example.com user.activate ${person.email} `,
        `root@example.com user.deactivate ${person.email} `,
      ]);
    });

    it("gains and loses permissions with groups, at once, also for their tokens", async () => {
      const person = await newPerson();
      await change(person, "join_group", "Hackers");
      const key = await createApiToken(database, await now(person), { permissions: ["view_pii"] }, NOW);
      const may = async () =>
        (await viewerOfRequest(database, new Headers({ "Auth-Token": key }), NOW)).can("view_pii");
      expect(await may()).toBe(true);
      await change(person, "leave_group", "Hackers");
      expect([await may(), (await now(person)).permissions]).toEqual([false, []]);
      expect(await logged(2)).toEqual([
        `root@example.com user.leave_group ${person.email} Hackers`,
        `root@example.com user.join_group ${person.email} Hackers`,
      ]);
    });

    it("has their tokens revoked, and nobody else's", async () => {
      const [person, other] = [await newPerson(), await newPerson()];
      for (const owner of [person, other]) await createApiToken(database, owner, { permissions: [] }, NOW);
      const page = async (whose: Person) => personPage(admin, String(whose.id));
      const [token] = (await page(person))?.tokens ?? [];
      const [foreign] = (await page(other))?.tokens ?? [];
      await expect(change(person, "revoke_token", String(foreign?.id))).rejects.toMatchObject({
        reason: "gone",
      });
      await change(person, "revoke_token", String(token?.id));
      expect([(await page(person))?.tokens, (await page(other))?.tokens.length]).toEqual([[], 1]);
      expect(await logged()).toEqual([`root@example.com token.revoke ${person.email} ${token?.keyStart}`]);
    });

    it("is not changed, nor is that logged, when it is so already, there is no such thing, or nobody has the id", async () => {
      const person = await newPerson("Hackers");
      const before = await logSize();
      await change(person, "activate");
      await change(person, "unmake_superuser");
      await change(person, "join_group", "Hackers");
      await change(person, "leave_group", "Hackers Plus");
      await expect(change(person, "join_group", "No group")).rejects.toMatchObject({ reason: "gone" });
      await expect(change(person, "promote")).rejects.toThrow(/^"promote" is no action\. Accepted: activate/);
      for (const id of ["0", "-1", "2147483648", "99999999999", "1 OR 1=1", ""]) {
        expect(await personPage(admin, id)).toBeNull();
        const asked = { action: "deactivate", value: "" };
        await expect(changePerson(admin, id, asked)).rejects.toMatchObject({ reason: "gone" });
      }
      expect([await logSize(), (await now(person)).active]).toEqual([before, true]);
    });

    it("who is the last active superuser stays that, an inactive one beside them does not count", async () => {
      const other = await newPerson();
      await updatePerson(database, other.id, { superuser: true, active: false });
      for (const action of ["deactivate", "unmake_superuser"])
        await expect(change(root, action)).rejects.toMatchObject({ reason: "last_superuser" });
      expect(await now(root)).toMatchObject({ active: true, superuser: true });
      await change(other, "unmake_superuser");
    });

    it("and another, who are the last superusers, cannot both be changed by each other at once", async () => {
      for (const action of ["deactivate", "unmake_superuser"]) {
        const other = await newPerson();
        await change(other, "make_superuser");
        const second = as(await now(other));
        const outcomes = await Promise.allSettled([change(other, action), change(root, action, "", second)]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        const after = [await now(root), await now(other)];
        expect(after.filter(({ active, superuser }) => active && superuser)).toHaveLength(1);
        await updatePerson(database, root.id, { active: true, superuser: true });
        await updatePerson(database, other.id, { superuser: false });
      }
    });

    it("is found by part of their e-mail in any case, which is no pattern, and by group", async () => {
      for (const email of ["a_b@find.example", "axb@find.example", "100%@find.example", "b\\c@find.example"])
        await ensurePerson(database, email, NOW);
      const { id } = await ensurePerson(database, "axb@find.example", NOW);
      await joinGroup(database, id, "Hackers Plus");
      const found = async (text: string | null, of: string | null = null) =>
        (await peoplePage(admin, { text, group: of }, 1)).accounts.map(({ email }) => email);
      expect(await found("A_B@")).toEqual(["a_b@find.example"]);
      expect(await found("%@find")).toEqual(["100%@find.example"]);
      expect(await found("\\")).toEqual(["b\\c@find.example"]);
      expect(await found("find.example", "Hackers Plus")).toEqual(["axb@find.example"]);
      expect(await found("nobody at all")).toEqual([]);
    });

    it("is listed on one page of many, and the page after the last is the last", async () => {
      const emails = Array.from({ length: 51 }, (_value, index) => `p${100 + index}@many.example`);
      for (const email of emails) await ensurePerson(database, email, NOW);
      const asked = { text: "@many.example", group: null };
      const page = async (number: number) => peoplePage(admin, asked, number);
      expect(await page(1)).toMatchObject({ total: 51, page: 1, pages: 2 });
      const last = await page(900_000);
      expect([last.page, last.accounts.map(({ email }) => email)]).toEqual([2, ["p150@many.example"]]);
    });
  });

  describe("a group", () => {
    it("is made with permissions that its people then have, lose with it, and is removed when nobody is in it", async () => {
      await group("make", " Symbol uploaders ", "upload_symbols", "view_pii");
      const person = await newPerson("Symbol uploaders");
      expect(person.permissions).toEqual(["view_pii", "upload_symbols"]);
      await group("set_permissions", "Symbol uploaders", "upload_symbols");
      expect((await now(person)).permissions).toEqual(["upload_symbols"]);
      await expect(group("remove", "Symbol uploaders")).rejects.toMatchObject({
        reason: "group_has_members",
      });
      await change(person, "leave_group", "Symbol uploaders");
      await group("remove", "Symbol uploaders");
      expect((await allGroups(admin)).map(({ name, builtIn }) => [name, builtIn])).toEqual([
        ["Hackers", true],
        ["Hackers Plus", true],
      ]);
      expect((await logged(4)).filter((line) => line.includes(" group."))).toEqual([
        "root@example.com group.remove Symbol uploaders upload_symbols",
        "root@example.com group.set_permissions Symbol uploaders upload_symbols; before: view_pii, upload_symbols",
        "root@example.com group.make Symbol uploaders view_pii, upload_symbols",
      ]);
    });

    it.each([
      ["make", "Hackers", [], { reason: "group_exists" }],
      ["make", "", [], { reason: "group_name" }],
      ["make", "<script>", [], { reason: "group_name" }],
      ["make", "x".repeat(61), [], { reason: "group_name" }],
      ["remove", "Hackers Plus", [], { reason: "group_built_in" }],
      ["remove", "No group", [], { reason: "gone" }],
      ["set_permissions", "No group", [], { reason: "gone" }],
      ["make", "New", ["all"], { message: expect.stringContaining('no permission "all"') as string }],
      ["rename", "Hackers", [], { message: expect.stringContaining('"rename" is no action') as string }],
    ])("stays as it is when %s %j %j is asked", async (action, name, permissions, refusal) => {
      const before = [await allGroups(admin), await logSize()];
      await expect(group(action, name, ...permissions)).rejects.toMatchObject(refusal);
      expect([await allGroups(admin), await logSize()]).toEqual(before);
    });
  });

  describe("the audit log", () => {
    it("has the newest first, and of a person what they did and what was done to them", async () => {
      const person = await newPerson();
      for (const action of ["make_superuser", "unmake_superuser", "make_superuser"])
        await change(person, action);
      const other = await newPerson();
      await change(other, "join_group", "Hackers", as(await now(person)));
      await change(other, "leave_group", "Hackers");
      const { entries, total } = await auditLogPage(admin, { ...ALL, whom: person.email.toUpperCase() }, 1);
      expect([total, entries.map(({ action, at }) => [action, at])]).toEqual([
        4,
        ["user.join_group", "user.make_superuser", "user.unmake_superuser", "user.make_superuser"].map(
          (action) => [action, NOW],
        ),
      ]);
      expect((await auditLogPage(admin, { ...ALL, whom: "nobody@example.com" }, 7)).entries).toEqual([]);
    });

    it("has what was done to a group", async () => {
      await group("make", "Readers");
      await group("remove", "Readers");
      const { entries } = await auditLogPage(admin, { ...ALL, whom: "Readers" }, 1);
      expect(entries.map(({ action }) => action)).toEqual(["group.remove", "group.make"]);
    });

    it("has who was shown a crash's protected data, once an hour, apart from what was changed", async () => {
      const [id, other] = [newCrashId(NOW, crypto.randomUUID(), 0), newCrashId(NOW, crypto.randomUUID(), 0)];
      const person = await newPerson("Hackers");
      const viewer = viewerFor(person);
      const dataDirectory = await mkdtemp(join(tmpdir(), "admin-crashes-"));
      const crashData = await openCrashStorage("fs-permanent", { dataDirectory });
      for (const crash of [id, other])
        await crashData.saveRaw({
          id: crash,
          raw: { uuid: crash, submitted_timestamp: NOW.toISOString() },
          dumps: new Map(),
        });
      const door = crashDoor({ crashData, database });
      const look = async (crash: CrashId, minutes: number) =>
        rawCrash(door, crash, { viewer, now: addMinutes(NOW, minutes) });
      const entries = async (kind: "changes" | "views") =>
        (await auditLogPage(admin, { whom: person.email, kind }, 1)).entries.map(
          ({ subject, at }) => `${subject} ${differenceInMinutes(at, NOW)}`,
        );
      for (const minutes of [0, 1, 59, 60, 61]) await look(id, minutes);
      await look(other, 62);
      expect(await entries("views")).toEqual([`${other} 62`, `${id} 60`, `${id} 0`]);
      expect(await entries("changes")).toEqual([]);
      await change(person, "deactivate");
      expect([(await entries("views")).length, (await entries("changes")).length]).toEqual([3, 1]);
      await rm(dataDirectory, { recursive: true });
    });

    it("is part of the change: when it cannot be written, nothing is changed", async () => {
      const person = await newPerson();
      await database.client
        .$executeRaw`ALTER TABLE audit_entry ADD CONSTRAINT full_log CHECK (false) NOT VALID`;
      await expect(change(person, "join_group", "Hackers")).rejects.toThrow();
      await database.client.$executeRaw`ALTER TABLE audit_entry DROP CONSTRAINT full_log`;
      expect((await now(person)).permissions).toEqual([]);
    });
  });

  describe("a form", () => {
    const send = (body: BodyInit, work: (form: FormData) => Promise<void>) =>
      answerAdminForm(
        admin,
        new Request("http://a.example/", { method: "POST", body }),
        "/admin/groups/",
        work,
      );
    const make = (form: FormData) => group("make", formText(form, "name"));

    it("leads back to its page, which says that it was saved or why not", async () => {
      const refused = await send(new URLSearchParams({ name: "Hackers" }), make);
      expect([refused.status, refused.headers.get("location")]).toEqual([
        303,
        "/admin/groups/?refused=group_exists",
      ]);
      const saved = await send(new URLSearchParams({ name: "Readers" }), make);
      expect([saved.status, saved.headers.get("location")]).toEqual([303, "/admin/groups/?saved=yes"]);
      await group("remove", "Readers");
    });

    it("that is none is refused in text", async () => {
      const answer = await send("not a form", make);
      expect([answer.status, await answer.text()]).toEqual([400, "The body is no form.\n"]);
    });
  });
});
