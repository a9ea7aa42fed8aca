import { parseEmail } from "#lib/auth/email";
import { isDevelopment } from "#lib/config/config";
import { localPath } from "#lib/core/local-path";
import { pageContext } from "#lib/middleware/page-context";
import { formText, signInAnybody } from "#lib/middleware/sign-in";

/** Signs anybody in as anybody, for those who work on the program; there is no such place anywhere else. */
export async function POST(request: Request): Promise<Response> {
  if (!isDevelopment()) return new Response("Not Found\n", { status: 404 });
  const { services, now } = await pageContext();
  const form = await request.formData();
  const email = parseEmail(formText(form, "email"));
  if (email === null) return new Response("Wanted: an e-mail address.\n", { status: 400 });
  const next = localPath(formText(form, "next"));
  return signInAnybody(services, email, { headers: request.headers, next }, now);
}
