import { beginSignIn } from "#lib/auth/provider-sign-in";
import { signInProviders } from "#lib/auth/providers";
import { pageContext } from "#lib/middleware/page-context";
import { formText, goElsewhere, seeOther, signInAttempt } from "#lib/middleware/sign-in";

/** Leads to a provider of sign-in. */
export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly provider: string }> },
): Promise<Response> {
  const { services, now } = await pageContext();
  const { provider: asked } = await params;
  const provider = signInProviders(services.config).find(({ id }) => id === asked);
  if (!provider) return new Response("There is no such provider.\n", { status: 404 });
  return signInAttempt(services, request.headers, async () => {
    const next = formText(await request.formData(), "next");
    const { location, cookies } = await beginSignIn(services, provider.id, next, now);
    return location.startsWith("/") ? seeOther(location, cookies) : goElsewhere(location, cookies);
  });
}
