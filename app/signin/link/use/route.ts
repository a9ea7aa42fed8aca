import { useSignInLink as consumeSignInLink } from "#lib/auth/sign-in-link";
import { pageContext } from "#lib/middleware/page-context";
import { formText, signInAttempt, signInHere } from "#lib/middleware/sign-in";

/** Uses a link that signs somebody in. */
export async function POST(request: Request): Promise<Response> {
  const { services, now } = await pageContext();
  return signInAttempt(services, request.headers, async () => {
    const form = await request.formData();
    const [token, email] = [formText(form, "token"), formText(form, "email")];
    const person = await consumeSignInLink(services.database, { token, email }, now);
    return signInHere(services, person, { headers: request.headers, next: "/profile/" }, now);
  });
}
