import type { Metadata } from "next";
import { TokenForm } from "#components/account/token-form";
import { TokenTable } from "#components/account/token-table";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { TOKEN_DAYS } from "#lib/auth/api-token";
import { PERMISSION_TITLES } from "#lib/core/viewer";
import { ownTokens } from "#lib/middleware/own-account";
import { signedInContext } from "#lib/middleware/page-context";
import { createToken } from "./create-token";

export const metadata: Metadata = { title: "API tokens" };

export default async function TokensPage() {
  const context = await signedInContext("/api/tokens/");
  const { person, now } = context;
  const tokens = await ownTokens(context);
  return (
    <>
      <PageTitle
        title="API tokens"
        lead="Programs send one in the header Auth-Token. A token may do what it was made for, as long as you may."
      />
      <Card title="Make a token">
        <TokenForm
          permissions={person.permissions.map((name) => ({ name, title: PERMISSION_TITLES[name] }))}
          days={TOKEN_DAYS}
          create={createToken}
        />
      </Card>
      <Card title="Your tokens" flush>
        {tokens.length === 0 ? (
          <EmptyState title="None" />
        ) : (
          <TokenTable
            label="Your tokens"
            tokens={tokens}
            now={now}
            revokeForm={(id, button) => (
              <form action={`/api/tokens/delete/${id}/`} method="post">
                {button}
              </form>
            )}
          />
        )}
      </Card>
    </>
  );
}
