import type { Database } from "./database";

/** Something that somebody changed. */
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
export async function saveAuditEntry({ client }: Database, entry: AuditEntry): Promise<void> {
  await client.auditEntry.create({ data: entry });
}

/** What was changed last, newest first. */
export async function newestAuditEntries({ client }: Database, most: number): Promise<readonly AuditEntry[]> {
  return client.auditEntry.findMany({ orderBy: { id: "desc" }, take: most, omit: { id: true } });
}
