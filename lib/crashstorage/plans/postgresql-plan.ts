import { refuse, refuseStrangeOptions, type Composition } from "#lib/crashstorage/composition";

export interface PostgresqlPlan {
  readonly kind: "postgresql";
  readonly name: "postgresql";
  /** A postgresql URL, which may have a password in it. */
  readonly url: string;
  /** Of the tables. */
  readonly schema: string;
  readonly keepsDumps: boolean;
}

const OPTIONS = ["url", "dumps", "schema"];

/** Not `public`: migrations of the database refuse one that has tables of others. */
const SCHEMA = "crashstorage";

/** `postgresql` or `postgresql(url=URL, dumps=yes, schema=NAME)`. Throws BadSetting. */
export function postgresqlPlan(composition: Composition, databaseUrl = ""): PostgresqlPlan {
  const { parts, options } = composition;
  refuseStrangeOptions(composition, OPTIONS);
  if (parts.length > 0) throw refuse("postgresql wants options: postgresql(url=URL, dumps=yes)");
  const url = options.get("url") ?? databaseUrl;
  if (url === "")
    throw refuse(
      "postgresql wants a server: set DATABASE_URL, or write postgresql(url=URL). The embedded database cannot be it: one process has it, and several use the crash storage",
    );
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw refuse("postgresql wants a URL of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  const dumps = options.get("dumps") ?? "no";
  if (dumps !== "yes" && dumps !== "no")
    throw refuse(`postgresql takes dumps=yes or dumps=no, not "${dumps}"`);
  const schema = options.get("schema") ?? SCHEMA;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw refuse(`postgresql takes a schema of lower-case letters, digits and _, not "${schema}"`);
  return { kind: "postgresql", name: "postgresql", url, schema, keepsDumps: dumps === "yes" };
}

/** One line for the tree of a composition; without user and password. */
export function describePostgresql({ url, schema, keepsDumps }: PostgresqlPlan): string {
  const { host, pathname } = new URL(url);
  return `postgresql  ${host}${pathname}  ${schema}${keepsDumps ? "  with dumps" : ""}`;
}
