import type { Database, Queryable } from "./database";

/** Something that somebody changed, or was shown although it is protected. */
export interface AuditEntry {
  readonly at: Date;
  /** E-mail of who did it. */
  readonly actor: string;
  /** What was done, as a stable name such as `user.deactivate`. */
  readonly action: string;
  /** Whom or what it was done to. */
  readonly subject: string;
  /** What else belongs to it, in words, without protected data. */
  readonly detail: string;
}

/** Keeps what somebody changed. */
export async function saveAuditEntry({ client }: Queryable, entry: AuditEntry): Promise<void> {
  await client.auditEntry.create({ data: entry });
}

/** Keeps what somebody was shown, unless the same is kept already since a moment: looking again is no news. */
export async function saveViewEntry({ client }: Queryable, entry: AuditEntry, since: Date): Promise<void> {
  const { at, actor, action, subject, detail } = entry;
  await client.$executeRaw`
    INSERT INTO audit_entry (at, actor, action, subject, detail)
    SELECT ${at}::timestamptz, ${actor}::text, ${action}::text, ${subject}::text, ${detail}::text
    WHERE NOT EXISTS (
      SELECT 1 FROM audit_entry
      WHERE subject = ${subject}::text AND actor = ${actor}::text AND action = ${action}::text
        AND detail = ${detail}::text AND at > ${since}::timestamptz)`;
}

/** What was changed last, newest first. */
export async function newestAuditEntries({ client }: Database, most: number): Promise<readonly AuditEntry[]> {
  return client.auditEntry.findMany({ orderBy: { id: "desc" }, take: most, omit: { id: true } });
}

/** What is asked of the log. */
export interface AuditQuery {
  /** E-mail of who did it or to whom, or what else it was done to; null asks nothing. */
  readonly whom: string | null;
  /** What was changed, or what protected data was shown; null is both. */
  readonly kind: "changes" | "views" | null;
}

/** How the names of actions begin that change nothing. */
const VIEW = "crash.";

/** Part of the log, newest first, and how much there is of it. */
export async function auditEntries(
  { client }: Database,
  { whom, kind }: AuditQuery,
  { skip, take }: { readonly skip: number; readonly take: number },
): Promise<{ readonly total: number; readonly entries: readonly (AuditEntry & { readonly id: bigint })[] }> {
  // E-mail addresses are kept in lower case, names of groups as they are.
  const names = whom === null ? [] : [whom, whom.toLowerCase()];
  const where = {
    ...(whom !== null && { OR: [{ actor: { in: names } }, { subject: { in: names } }] }),
    ...(kind === "views" && { action: { startsWith: VIEW } }),
    ...(kind === "changes" && { NOT: { action: { startsWith: VIEW } } }),
  };
  const [total, entries] = await Promise.all([
    client.auditEntry.count({ where }),
    client.auditEntry.findMany({ where, orderBy: { id: "desc" }, skip, take }),
  ]);
  return { total, entries };
}
