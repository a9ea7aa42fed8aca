import { auditEntries, type AuditQuery } from "#lib/db/audit";
import { demandSuperuser, type Administrator } from "./administrator";
import { listPage, type ListPage } from "./list-page";

const PAGE_SIZE = 100;

/** An entry of the audit log as pages show it. */
export interface LoggedEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** A page of the audit log, newest first. Throws Forbidden. */
export async function auditLogPage(
  administrator: Administrator,
  asked: AuditQuery,
  page: number,
): Promise<ListPage & { readonly entries: readonly LoggedEntry[] }> {
  demandSuperuser(administrator);
  const { database } = administrator.services;
  const { entries, ...place } = await listPage(page, PAGE_SIZE, (range) =>
    auditEntries(database, asked, range),
  );
  return { ...place, entries: entries.map(({ id, ...entry }) => ({ ...entry, id: String(id) })) };
}
