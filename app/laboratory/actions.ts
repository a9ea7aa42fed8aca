"use server";

import { isAppError } from "#lib/core/errors";
import { experiment } from "#lib/middleware/laboratory";
import { pageContext } from "#lib/middleware/page-context";
import { formText } from "#lib/middleware/sign-in";
import { laboratoryOutcome, type LaboratoryOutcome } from "#lib/reports/laboratory";
import { ALL_SIGLIST_NAMES } from "#lib/signature/siglists";

/** Tries the lists of a form. Next refuses forms that another site sends. */
export async function tryLists(_before: LaboratoryOutcome, form: FormData): Promise<LaboratoryOutcome> {
  const { services, viewer, now } = await pageContext();
  // Browsers send lines as networks have them.
  const lists = Object.fromEntries(
    ALL_SIGLIST_NAMES.map((name) => [name, formText(form, name).replaceAll("\r\n", "\n")]),
  );
  const query = new URLSearchParams(formText(form, "query").replace(/^.*\?/, ""));
  const sample = Number(formText(form, "sample"));
  try {
    const { comparison, found } = await experiment(services, { viewer, now }, { lists, query, sample });
    return laboratoryOutcome(comparison, found);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { kind: "refused", reason: error.message };
  }
}
