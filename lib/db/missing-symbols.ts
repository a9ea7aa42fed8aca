import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import type { MISSING_SYMBOLS_ORDERS } from "#lib/core/missing-symbols";
import type { BlindingModule } from "#lib/symbols/blinding-modules";
import type { SymbolModule } from "#lib/symbols/symbol-module";
import type { Database } from "./database";

/** A processed crash and the modules whose symbols it lacks; none when it lacks none. */
export interface BlindCrash {
  readonly crashId: CrashId;
  readonly signature: string;
  readonly product: string;
  readonly version: string;
  /** ISO 8601: when it arrived. */
  readonly date: string;
  readonly modules: readonly BlindingModule[];
}

/** How much the missing symbols of a module hide. */
export interface MissingSymbols extends BlindingModule {
  readonly crashes: number;
  readonly signatures: number;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  /** Of the programs that crashed, the greatest as text first; at most 20. */
  readonly versions: readonly string[];
}

export interface MissingSymbolsQuery {
  readonly order: (typeof MISSING_SYMBOLS_ORDERS)[number];
  /** Null: all. */
  readonly product: string | null;
  readonly offset: number;
  readonly limit: number;
}

const MOST_VERSIONS = 20;

/** Replaces what was known of these crashes in one step, so that telling it twice changes nothing. */
export async function noteMissingSymbols(
  { client }: Database,
  crashes: readonly BlindCrash[],
): Promise<void> {
  // A batch may have a crash twice; what was found last counts.
  const latest = [...new Map(crashes.map((crash) => [crash.crashId, crash])).values()];
  const forget = client.missingSymbols.deleteMany({
    where: { crashId: { in: crashes.map(({ crashId }) => crashId) } },
  });
  const rows = latest.flatMap(({ modules, ...crash }) => modules.map((module) => ({ ...crash, ...module })));
  const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
  const keep = client.$executeRaw`
    INSERT INTO missing_symbols
      (crash_id, filename, debug_file, debug_id, signature, product, version, date)
    SELECT crash_id, filename, debug_file, debug_id, signature, product, version, date::timestamptz
    FROM unnest(
      ${column("crashId")}::text[], ${column("filename")}::text[], ${column("debugFile")}::text[],
      ${column("debugId")}::text[], ${column("signature")}::text[], ${column("product")}::text[],
      ${column("version")}::text[], ${column("date")}::text[]
    ) AS blind (crash_id, filename, debug_file, debug_id, signature, product, version, date)
    ON CONFLICT DO NOTHING`;
  await client.$transaction([forget, ...(rows.length === 0 ? [] : [keep])]);
}

/** Forgets what crashes lack, since they are removed; says how many modules that were. */
export async function forgetMissingSymbols({ client }: Database, ids: readonly CrashId[]): Promise<number> {
  return (await client.missingSymbols.deleteMany({ where: { crashId: { in: [...ids] } } })).count;
}

/** Some of the modules without symbols, those that hide most first, and how many there are on all pages. */
export async function missingSymbols(
  { client }: Database,
  { order, product, offset, limit }: MissingSymbolsQuery,
): Promise<{ readonly total: number; readonly modules: readonly MissingSymbols[] }> {
  const rows = await client.$queryRaw<readonly (MissingSymbols & { readonly total: number })[]>`
    WITH counted AS (
      SELECT debug_file, debug_id, filename, signature,
        count(*) AS crashes, min(date) AS first_seen, max(date) AS last_seen
      FROM missing_symbols
      WHERE ${product}::text IS NULL OR product = ${product}
      GROUP BY debug_file, debug_id, filename, signature
    ), ranked AS (
      SELECT debug_file, debug_id, filename, sum(crashes)::int AS crashes, count(*)::int AS signatures,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen, (count(*) OVER ())::int AS total
      FROM counted
      GROUP BY debug_file, debug_id, filename
      ORDER BY
        CASE WHEN ${order} = 'crashes' THEN sum(crashes) ELSE count(*) END DESC,
        CASE WHEN ${order} = 'crashes' THEN count(*) ELSE sum(crashes) END DESC,
        debug_file, debug_id, filename
      LIMIT ${limit} OFFSET ${offset}
    )
    SELECT filename, debug_file AS "debugFile", debug_id AS "debugId", crashes, signatures,
      first_seen AS "firstSeen", last_seen AS "lastSeen", total,
      ARRAY(
        SELECT DISTINCT version FROM missing_symbols AS one
        WHERE one.debug_id = ranked.debug_id AND one.debug_file = ranked.debug_file
          AND one.filename = ranked.filename AND version <> ''
          AND (${product}::text IS NULL OR product = ${product})
        ORDER BY version DESC LIMIT ${MOST_VERSIONS}
      ) AS versions
    FROM ranked`;
  return { total: rows[0]?.total ?? 0, modules: rows.map(({ total: _, ...module }) => module) };
}

/** Some of the crashes that wait for the symbols of any of these modules, in the order of their ids. */
export async function crashesWaitingFor(
  { client }: Database,
  modules: readonly SymbolModule[],
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly CrashId[]> {
  const rows = await client.$queryRaw<readonly { readonly crash_id: string }[]>`
    SELECT DISTINCT crash_id FROM missing_symbols
    WHERE crash_id > ${after} AND (debug_file, debug_id) IN (
      SELECT * FROM unnest(
        ${modules.map(({ debugFile }) => debugFile)}::text[], ${modules.map(({ debugId }) => debugId)}::text[]
      )
    )
    ORDER BY crash_id LIMIT ${limit}`;
  return rows.flatMap(({ crash_id }) => parseCrashId(crash_id) ?? []);
}
