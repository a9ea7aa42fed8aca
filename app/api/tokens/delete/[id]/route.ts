import { revokeToken } from "#lib/middleware/own-account";
import { signedInContext } from "#lib/middleware/page-context";
import { seeOther } from "#lib/middleware/sign-in";

const LARGEST_ID = 2 ** 31 - 1;

/** Makes a token of whoever is signed in useless; those of others are not there. */
export async function POST(
  _request: Request,
  { params }: { readonly params: Promise<{ readonly id: string }> },
): Promise<Response> {
  const context = await signedInContext("/api/tokens/");
  const id = Number((await params).id);
  const isId = Number.isInteger(id) && id > 0 && id <= LARGEST_ID;
  if (!isId || !(await revokeToken(context, id)))
    return new Response("You have no such token.\n", { status: 404 });
  return seeOther("/api/tokens/");
}
