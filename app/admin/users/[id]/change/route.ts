import { answerAdminForm } from "#lib/middleware/admin/form";
import { changePerson } from "#lib/middleware/admin/people";
import { pageContext } from "#lib/middleware/page-context";
import { formText } from "#lib/middleware/sign-in";

/** Changes one thing about a person. */
export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly id: string }> },
): Promise<Response> {
  const context = await pageContext();
  const { id } = await params;
  return answerAdminForm(context, request, `/admin/users/${encodeURIComponent(id)}/`, (form) =>
    changePerson(context, id, { action: formText(form, "action"), value: formText(form, "value") }),
  );
}
