import { beginSignIn } from "#lib/auth/provider-sign-in";
import { formText, goElsewhere, providerAttempt, seeOther } from "#lib/middleware/sign-in";

/** Leads to a provider of sign-in. */
export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly provider: string }> },
): Promise<Response> {
  return providerAttempt(request, params, async ({ services, now }, provider) => {
    const next = formText(await request.formData(), "next");
    const { location, cookies } = await beginSignIn(services, provider, next, now);
    return location.startsWith("/") ? seeOther(location, cookies) : goElsewhere(location, cookies);
  });
}
