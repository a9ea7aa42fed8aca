import { BadArgument } from "#lib/core/errors";
import { accountWithId, findAccounts, type Account } from "#lib/db/accounts";
import type { Administration, Change } from "#lib/db/administration";
import { revokeOwnToken, tokensOf, type OwnToken } from "#lib/db/api-tokens";
import { groupWithName } from "#lib/db/groups";
import { joinGroup, leaveGroup, updatePerson } from "#lib/db/people";
import { deleteSessionsOf } from "#lib/db/sessions";
import { changeAs, ChangeRefused, demandSuperuser, type Administrator } from "./administrator";
import { listPage, type ListPage } from "./list-page";

const PAGE_SIZE = 50;
/** Of a column that counts people and tokens. */
const LARGEST_ID = 2 ** 31 - 1;

/** A page of the people whose e-mail contains a text and who are in a group; null asks nothing. Throws Forbidden. */
export async function peoplePage(
  administrator: Administrator,
  asked: { readonly text: string | null; readonly group: string | null },
  page: number,
): Promise<ListPage & { readonly accounts: readonly Account[] }> {
  demandSuperuser(administrator);
  return listPage(page, PAGE_SIZE, (range) => findAccounts(administrator.services.database, asked, range));
}

/** A person and their tokens that are not revoked; null when there is nobody with this id. Throws Forbidden. */
export async function personPage(
  administrator: Administrator,
  id: string,
): Promise<{ readonly account: Account; readonly tokens: readonly OwnToken[] } | null> {
  demandSuperuser(administrator);
  const { database } = administrator.services;
  const account = await accountWithId(database, idOf(id));
  return account && { account, tokens: await tokensOf(database, account.id) };
}

/** Changes one thing about a person; null when it is so already. `value` names what else belongs to it. */
type PersonChange = (
  transaction: Administration,
  account: Account,
  value: string,
) => Promise<Omit<Change, "subject"> | null>;

const PERSON_CHANGES = {
  activate: async (transaction, { id, active }) => {
    if (active) return null;
    await updatePerson(transaction, id, { active: true });
    return { action: "user.activate", detail: "" };
  },
  deactivate: async (transaction, { id, active }) => {
    if (!active) return null;
    demandAnother(transaction, id);
    await updatePerson(transaction, id, { active: false });
    await deleteSessionsOf(transaction, id);
    return { action: "user.deactivate", detail: "" };
  },
  make_superuser: async (transaction, { id, superuser }) => {
    if (superuser) return null;
    await updatePerson(transaction, id, { superuser: true });
    return { action: "user.make_superuser", detail: "" };
  },
  unmake_superuser: async (transaction, { id, superuser }) => {
    if (!superuser) return null;
    demandAnother(transaction, id);
    await updatePerson(transaction, id, { superuser: false });
    return { action: "user.unmake_superuser", detail: "" };
  },
  join_group: async (transaction, { id, groups }, group) => {
    if (groups.includes(group)) return null;
    if (!(await groupWithName(transaction, group))) throw new ChangeRefused("gone");
    await joinGroup(transaction, id, group);
    return { action: "user.join_group", detail: group };
  },
  leave_group: async (transaction, { id, groups }, group) => {
    if (!groups.includes(group)) return null;
    await leaveGroup(transaction, id, group);
    return { action: "user.leave_group", detail: group };
  },
  revoke_token: async (transaction, { id }, token) => {
    const found = (await tokensOf(transaction, id)).find((own) => own.id === idOf(token));
    if (!found) throw new ChangeRefused("gone");
    await revokeOwnToken(transaction, found.id, id);
    return { action: "token.revoke", detail: found.keyStart };
  },
} satisfies Readonly<Record<string, PersonChange>>;

export type PersonAction = keyof typeof PERSON_CHANGES;

const PERSON_ACTIONS = Object.keys(PERSON_CHANGES) as readonly PersonAction[];

/**
 * Changes something about a person; `value` is the name of a group or the id of a token where the action is about one.
 * Throws Forbidden, BadArgument for an action that is none, and ChangeRefused: then nothing is changed.
 */
export async function changePerson(
  administrator: Administrator,
  id: string,
  asked: { readonly action: string; readonly value: string },
): Promise<void> {
  demandSuperuser(administrator);
  const action = PERSON_ACTIONS.find((name) => name === asked.action);
  if (action === undefined)
    throw new BadArgument(`"${asked.action}" is no action. Accepted: ${PERSON_ACTIONS.join(", ")}.`);
  await changeAs(administrator, async (transaction) => {
    const account = await accountWithId(transaction, idOf(id));
    if (!account) throw new ChangeRefused("gone");
    const change = await PERSON_CHANGES[action](transaction, account, asked.value);
    return change && { ...change, subject: account.email };
  });
}

function demandAnother({ superusers }: Administration, id: number): void {
  if (superusers.every((superuser) => superuser === id)) throw new ChangeRefused("last_superuser");
}

/** An id as an address has it; 0, which nobody has, for a text that is none. */
function idOf(text: string): number {
  return /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_ID ? Number(text) : 0;
}
