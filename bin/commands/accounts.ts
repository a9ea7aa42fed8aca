import { Command, InvalidArgumentError } from "commander";
import { createApiToken, TOKEN_DAYS } from "#lib/auth/api-token";
import { parseEmail } from "#lib/auth/email";
import { signInProviders } from "#lib/auth/providers";
import { createSignInLink, LINK_HOURS } from "#lib/auth/sign-in-link";
import { loadConfig } from "#lib/config/config";
import type { Config } from "#lib/config/settings";
import { BadSetting, hasCode } from "#lib/core/errors";
import { PERMISSIONS, type Permission } from "#lib/core/viewer";
import { saveAuditEntry } from "#lib/db/audit";
import type { Database } from "#lib/db/database";
import { ensurePerson, makeSuperuser } from "#lib/db/people";
import { createLog } from "#lib/monitoring/log";
import { openServices } from "#lib/server/open-services";

/** What a token is made for unless it is said: all that the API asks for, as far as its owner may do it. */
const USUAL_PERMISSIONS: readonly Permission[] = [
  "view_pii",
  "view_rawdump",
  "reprocess_crashes",
  "upload_symbols",
];

/** `crash-stats makesuperuser`: somebody who may do everything. */
export function makeSuperuserCommand(): Command {
  return new Command("makesuperuser")
    .description(
      "let people do everything, and make them when they are not known yet; prints links with which they sign in where no provider is set up; stop the server first",
    )
    .argument("<emails...>", "e-mail addresses", collectEmail)
    .action((emails: readonly string[]) =>
      withDatabase(async (database, config) => {
        const hasProvider = signInProviders(config).length > 0;
        for (const email of emails) {
          const now = new Date();
          const { id } = await ensurePerson(database, email, now);
          const person = await makeSuperuser(database, id);
          await saveAuditEntry(database, { ...BY_COMMAND, at: now, subject: person.email });
          process.stdout.write(`${person.email} is a superuser.\n`);
          if (hasProvider) continue;
          const link = addressOf(config) + (await createSignInLink(database, person.email, now));
          process.stdout.write(`Start the server, and sign in within ${LINK_HOURS} h, once: ${link}\n`);
        }
      }),
    );
}

/** Who is at the command line is not known. */
const BY_COMMAND = { actor: "command line", action: "user.make_superuser", detail: "" } as const;

/** Where browsers find the server, as far as settings tell. */
function addressOf({ publicUrl, host, port }: Config): string {
  return publicUrl === "" ? `http://${host}:${port}` : publicUrl.replace(/\/$/, "");
}

interface TokenOptions {
  readonly permission?: readonly Permission[];
  readonly days: number;
  readonly notes: string;
}

/** `crash-stats createtoken`: a key to the API. */
export function createTokenCommand(): Command {
  return new Command("createtoken")
    .description(
      "make a token for the API and print it, which is the only time that it can be seen; stop the server first",
    )
    .argument("<email>", "its owner, made when not known yet", emailArgument)
    .option(
      "--permission <name>",
      `what it is for; may be repeated: ${PERMISSIONS.join(", ")}. Without it: ${USUAL_PERMISSIONS.join(", ")}, as far as the owner has them`,
      collectPermission,
    )
    .option("--days <number>", "how long it can be used", parseDays, TOKEN_DAYS)
    .option("--notes <text>", "what it is for, in words", "")
    .action((email: string, options: TokenOptions) =>
      withDatabase(async (database) => {
        process.stdout.write(`${await createToken(database, email, options)}\n`);
      }),
    );
}

async function createToken(database: Database, email: string, options: TokenOptions): Promise<string> {
  const now = new Date();
  const owner = await ensurePerson(database, email, now);
  const usual = USUAL_PERMISSIONS.filter((permission) => owner.permissions.includes(permission));
  const { permission: permissions = usual, days, notes } = options;
  try {
    return await createApiToken(database, owner, { permissions, days, notes }, now);
  } catch (error) {
    if (!hasCode(error, "forbidden")) throw error;
    throw new BadSetting(`--permission: ${error.message}.`, { cause: error });
  }
}

/** The embedded database belongs to the server that runs: opening refuses then, in one line that names it. */
async function withDatabase(work: (database: Database, config: Config) => Promise<void>): Promise<void> {
  const { config } = loadConfig();
  const open = await openServices(config, createLog(config.logLevel));
  try {
    await work(open.services.database, config);
  } finally {
    await open.close();
  }
}

function emailArgument(text: string): string {
  const email = parseEmail(text);
  if (email !== null) return email;
  throw new InvalidArgumentError("Wanted: an e-mail address.");
}

function collectEmail(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, emailArgument(text)];
}

function collectPermission(text: string, before: readonly Permission[] = []): readonly Permission[] {
  const permission = PERMISSIONS.find((name) => name === text);
  if (!permission) throw new InvalidArgumentError(`Wanted: one of ${PERMISSIONS.join(", ")}.`);
  return [...before, permission];
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return days;
  throw new InvalidArgumentError("Wanted: a whole number from 1 to 3650.");
}
