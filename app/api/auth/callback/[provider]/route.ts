import { cookies } from "next/headers";
import { finishSignIn } from "#lib/auth/provider-sign-in";
import { signInProviders } from "#lib/auth/providers";
import { pageContext } from "#lib/middleware/page-context";
import { seeOther, signInAttempt } from "#lib/middleware/sign-in";

/** Where a provider of sign-in sends people back to. */
export async function GET(
  request: Request,
  { params }: { readonly params: Promise<{ readonly provider: string }> },
): Promise<Response> {
  const { services, now } = await pageContext();
  const { provider: asked } = await params;
  const provider = signInProviders(services.config).find(({ id }) => id === asked);
  if (!provider) return new Response("There is no such provider.\n", { status: 404 });
  return signInAttempt(services, request.headers, async () => {
    const kept = Object.fromEntries((await cookies()).getAll().map(({ name, value }) => [name, value]));
    const query = new URL(request.url).searchParams;
    const step = await finishSignIn(services, provider.id, { query, cookies: kept }, now);
    return seeOther(step.location, step.cookies);
  });
}
