import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  asOrdinaryUser,
  freePort,
  isListening,
  serviceDirectory,
  startService,
  type ServiceProcess,
} from "./service-process";

/** A real PostgreSQL, with one empty database. */
export interface PostgresqlService extends ServiceProcess {
  readonly url: string;
  readonly port: number;
}

export async function startPostgresql(): Promise<PostgresqlService> {
  const directory = await serviceDirectory("postgresql");
  const port = await freePort();
  const data = join(directory, "data");
  const run = (command: string, args: readonly string[]) =>
    promisify(execFile)(join(binaries(), command), args, { cwd: directory, ...asOrdinaryUser() });
  await run("initdb", [
    "--pgdata",
    data,
    "--username",
    "crashstats",
    "--auth",
    "trust",
    "--encoding",
    "UTF8",
  ]);
  const service = await startService({
    command: join(binaries(), "postgres"),
    args: ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", directory, "-c", "max_connections=200"],
    directory,
    isReady: () => isListening(port),
  });
  await run("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "crashstats", "crashstats"]);
  return { ...service, url: `postgresql://crashstats@127.0.0.1:${port}/crashstats`, port };
}

/** Debian keeps the server's programs out of the path, a folder per version. */
function binaries(): string {
  const versions = "/usr/lib/postgresql";
  const newest = readdirSync(versions).sort((one, other) => Number(other) - Number(one))[0];
  if (newest === undefined) throw new Error(`There is no PostgreSQL below ${versions}.`);
  return join(versions, newest, "bin");
}
