import type { Metadata } from "next";
import { SignInMethods } from "#components/account/sign-in-methods";
import { SignOutButton } from "#components/account/sign-out-button";
import { Card } from "#components/ui/card";
import { Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { SIGN_IN_ERRORS } from "#lib/auth/provider-sign-in";
import { signInProviders } from "#lib/auth/providers";
import { isDevelopment } from "#lib/config/config";
import { localPath } from "#lib/core/local-path";
import { pageContext } from "#lib/middleware/page-context";
import { lastOf, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "Sign in" };

const ERRORS: Readonly<Record<string, string>> = SIGN_IN_ERRORS;

export default async function SignInPage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const { services, person } = await pageContext();
  const asked = pageParameters(await searchParams);
  const error = lastOf(asked, "error");
  const next = localPath(lastOf(asked, "next"));
  return (
    <>
      <PageTitle title={person && next !== "/" ? "Insufficient privileges" : "Sign in"} />
      {error !== null && !person && (
        <Notice tone="danger" title="You are not signed in.">
          {ERRORS[error] ?? ERRORS.Callback}
        </Notice>
      )}
      {person ? (
        <Card title={`You are signed in as ${person.email}`}>
          <div className="stack">
            <p>
              {next === "/"
                ? "To sign in as somebody else, sign out first."
                : `Your account may not see ${next}. Ask an administrator, or sign out and sign in as somebody else.`}
            </p>
            <SignOutButton look="primary" />
          </div>
        </Card>
      ) : (
        <Card title="Ways to sign in">
          <SignInMethods
            providers={signInProviders(services.config)}
            next={next}
            debugging={isDevelopment()}
          />
        </Card>
      )}
    </>
  );
}
