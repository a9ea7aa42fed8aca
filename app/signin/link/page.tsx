import type { Metadata } from "next";
import { LinkForm } from "#components/account/link-form";
import { Card } from "#components/ui/card";
import { EmptyPage } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { describeSignInLink } from "#lib/auth/sign-in-link";
import { pageContext } from "#lib/middleware/page-context";
import { lastOf, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "Sign in with a link" };

/** Shows what a link does, and leaves it as it is: programs that look at links must not use them up. */
export default async function LinkPage({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const { services, now } = await pageContext();
  const token = lastOf(pageParameters(await searchParams), "token") ?? "";
  const link = await describeSignInLink(services.database, token, now);
  if (!link)
    return (
      <EmptyPage title="This link cannot be used">
        <p>It was used, has expired, or never was one. Ask for another.</p>
      </EmptyPage>
    );
  return (
    <>
      <PageTitle title="Sign in with a link" lead="The link works once." />
      <Card title={link.email === null ? "The first superuser" : `Sign in as ${link.email}`}>
        <LinkForm token={token} asksEmail={link.email === null} />
      </Card>
    </>
  );
}
