import { cookies } from "next/headers";
import { finishSignIn } from "#lib/auth/provider-sign-in";
import { providerAttempt, seeOther } from "#lib/middleware/sign-in";

/** Where a provider of sign-in sends people back to. */
export async function GET(
  request: Request,
  { params }: { readonly params: Promise<{ readonly provider: string }> },
): Promise<Response> {
  return providerAttempt(request, params, async ({ services, now }, provider) => {
    const kept = Object.fromEntries((await cookies()).getAll().map(({ name, value }) => [name, value]));
    const query = new URL(request.url).searchParams;
    const step = await finishSignIn(services, provider, { query, cookies: kept }, now);
    return seeOther(step.location, step.cookies);
  });
}
