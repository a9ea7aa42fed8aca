import { answerAdminForm } from "#lib/middleware/admin/form";
import { changeGroup } from "#lib/middleware/admin/groups";
import { pageContext } from "#lib/middleware/page-context";
import { formText } from "#lib/middleware/sign-in";

/** Makes, changes or removes a group. */
export async function POST(request: Request): Promise<Response> {
  const context = await pageContext();
  return answerAdminForm(context, request, "/admin/groups/", (form) =>
    changeGroup(context, {
      action: formText(form, "action"),
      name: formText(form, "name"),
      permissions: form.getAll("permissions").map(String),
    }),
  );
}
