import { BadArgument, isAppError } from "#lib/core/errors";
import { href } from "#lib/core/links";
import type { Parameters } from "#lib/search/plan/request";
import { lastOf } from "../page-parameters";
import { seeOther } from "../sign-in";
import { ChangeRefused, demandSuperuser, REFUSALS, type Administrator } from "./administrator";

/**
 * Answers a form that superusers send from a page of theirs: leads back to the page, which says what became of it, and
 * whoever is not signed in to sign in. What no form of ours sends is refused in text.
 */
export async function answerAdminForm(
  administrator: Administrator,
  request: Request,
  page: string,
  change: (form: FormData) => Promise<void>,
): Promise<Response> {
  if (administrator.person === null) return seeOther(href("/signin/", { next: page }));
  try {
    demandSuperuser(administrator);
    await change(await formOf(request));
    return seeOther(href(page, { saved: "yes" }));
  } catch (error) {
    if (error instanceof ChangeRefused) return seeOther(href(page, { refused: error.reason }));
    if (!isAppError(error)) throw error;
    return new Response(`${error.message}\n`, {
      status: error.status,
      headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "private, no-store" },
    });
  }
}

/** What became of the form that led to a page: nothing for a page that was opened otherwise. */
export interface FormOutcome {
  readonly saved: boolean;
  /** Why nothing was changed, in words. */
  readonly refused: string | null;
}

/** What became of it, as the address of the page says; only in our own words. */
export function formOutcome(parameters: Parameters): FormOutcome {
  const reason = lastOf(parameters, "refused");
  const known = Object.entries(REFUSALS).find(([name]) => name === reason);
  return { saved: lastOf(parameters, "saved") === "yes", refused: known?.[1] ?? null };
}

async function formOf(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadArgument("The body is no form.", { cause: error });
  }
}
