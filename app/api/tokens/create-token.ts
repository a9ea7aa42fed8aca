"use server";

import { createApiToken } from "#lib/auth/api-token";
import { isAppError } from "#lib/core/errors";
import { PERMISSIONS } from "#lib/core/viewer";
import { signedInContext } from "#lib/middleware/page-context";
import { formText } from "#lib/middleware/sign-in";

/** What came of asking for a token: its key, which is shown this once, or what was wrong. */
export interface TokenOutcome {
  readonly key: string | null;
  readonly problem: string | null;
}

const LONGEST_NOTES = 2000;
const MOST_DAYS = 365;

/** Makes a token for whoever is signed in. */
export async function createToken(_before: TokenOutcome, form: FormData): Promise<TokenOutcome> {
  const { services, person, now } = await signedInContext("/api/tokens/");
  const asked = form.getAll("permissions");
  const notes = formText(form, "notes");
  const days = Number(formText(form, "days"));
  if (asked.some((name) => !PERMISSIONS.some((known) => known === name)))
    return refused(`There is no such permission. Known: ${PERMISSIONS.join(", ")}.`);
  if (notes.length > LONGEST_NOTES) return refused(`Text too long: at most ${LONGEST_NOTES} characters.`);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    return refused(`Days must be a whole number from 1 to ${MOST_DAYS}.`);
  const permissions = PERMISSIONS.filter((name) => asked.includes(name));
  try {
    return {
      key: await createApiToken(services.database, person, { permissions, notes, days }, now),
      problem: null,
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return refused(error.message);
  }
}

function refused(problem: string): TokenOutcome {
  return { key: null, problem };
}
