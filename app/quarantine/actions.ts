"use server";

import { redirect } from "next/navigation";
import { href } from "#lib/core/links";
import { actOnQuarantine } from "#lib/middleware/quarantine";
import { pageContext } from "#lib/middleware/page-context";

/** Does what the form of the page asks for, and shows the page with how many it was done. Next refuses forms that another site sends. */
export async function submitQuarantineForm(form: FormData): Promise<void> {
  const { services, viewer } = await pageContext();
  const text = (value: FormDataEntryValue | null) => (typeof value === "string" ? value : "");
  const asked = { action: text(form.get("action")), crashIds: form.getAll("crash_id").map(text) };
  const count = await actOnQuarantine(services, viewer, asked);
  services.log.info({ email: viewer.email, count, ...asked }, "somebody acted on crashes that were given up");
  redirect(href("/quarantine/", { page: text(form.get("page")), [asked.action]: count }));
}
