import type { Database } from "./database";

/** Crashes of a signature that have another one now. */
export interface SignatureRedirect {
  readonly signature: string;
  readonly newSignature: string;
  readonly crashes: number;
  /** Whether no crash of the signature that was looked at kept it, and none has got it since. */
  readonly movedAll: boolean;
}

/** A regrouping, told from all others by its name. */
export interface Regrouping {
  readonly name: string;
  readonly redirects: readonly SignatureRedirect[];
  readonly at: Date;
}

/**
 * Keeps where crashes went, and makes bugs about an old signature be about each of its new ones, too; says how many
 * associations that added. All at once or nothing, and telling it twice changes nothing: also where the new signature of
 * one is the old one of another, no association goes two steps. A signature that gets crashes is moved no more.
 */
export async function saveRegrouping(
  { client }: Database,
  { name, redirects, at }: Regrouping,
): Promise<number> {
  const signatures = redirects.map(({ signature }) => signature);
  const newSignatures = redirects.map(({ newSignature }) => newSignature);
  const crashes = redirects.map((redirect) => redirect.crashes);
  const movedAll = redirects.map((redirect) => redirect.movedAll);
  const [added] = await client.$transaction([
    client.$executeRaw`
      WITH saved AS (
        INSERT INTO signature_redirect (signature, new_signature, crashes, moved_all, regrouping, created_at)
        SELECT given.signature, given.new_signature, given.crashes, given.moved_all, ${name}, ${at.toISOString()}::timestamptz
        FROM unnest(${signatures}::text[], ${newSignatures}::text[], ${crashes}::int[], ${movedAll}::boolean[])
          AS given (signature, new_signature, crashes, moved_all)
        ON CONFLICT (signature, new_signature) DO UPDATE SET
          crashes = excluded.crashes, moved_all = excluded.moved_all,
          regrouping = excluded.regrouping, created_at = excluded.created_at
        WHERE signature_redirect.regrouping <> excluded.regrouping
        RETURNING signature, new_signature)
      INSERT INTO bug_association (bug_id, signature)
      SELECT DISTINCT old.bug_id, saved.new_signature
      FROM saved JOIN bug_association old ON old.signature = saved.signature
      ON CONFLICT DO NOTHING`,
    client.$executeRaw`
      UPDATE signature_redirect SET moved_all = false
      WHERE moved_all AND signature = ANY(${newSignatures}::text[])`,
  ]);
  return added;
}

/** Where the crashes of signatures went, by signature, those that got most first. */
export function redirectsOf(
  { client }: Database,
  signatures: readonly string[],
): Promise<readonly SignatureRedirect[]> {
  return client.signatureRedirect.findMany({
    where: { signature: { in: [...signatures] } },
    select: { signature: true, newSignature: true, crashes: true, movedAll: true },
    orderBy: [{ signature: "asc" }, { crashes: "desc" }, { newSignature: "asc" }],
  });
}
