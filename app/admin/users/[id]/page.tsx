import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { TokenTable } from "#components/account/token-table";
import { AdminTabs } from "#components/admin/admin-tabs";
import { ChangeForm } from "#components/admin/change-form";
import { FormOutcome } from "#components/admin/form-outcome";
import { GroupChoices } from "#components/admin/group-choices";
import { Standing } from "#components/admin/standing";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { TimeStamp } from "#components/ui/time-stamp";
import { href } from "#lib/core/links";
import { formOutcome } from "#lib/middleware/admin/form";
import { allGroups } from "#lib/middleware/admin/groups";
import { personPage } from "#lib/middleware/admin/people";
import { superuserContext } from "#lib/middleware/page-context";
import { pageParameters, type PageSearch } from "#lib/middleware/page-parameters";

export const metadata: Metadata = { title: "A person" };

interface PersonPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<PageSearch>;
}

export default async function PersonPage({ params, searchParams }: PersonPageProps) {
  const { id } = await params;
  const context = await superuserContext(`/admin/users/${id}/`);
  const found = await personPage(context, id);
  if (!found) notFound();
  const { account, tokens } = found;
  const { email, active, superuser, createdAt, lastSignIn } = account;
  const { now } = context;
  const to = `/admin/users/${account.id}/change/`;
  return (
    <>
      <PageTitle title={email} lead={<Standing active={active} superuser={superuser} />} />
      <AdminTabs current="People" />
      <FormOutcome {...formOutcome(pageParameters(await searchParams))} />
      <Card title="Account">
        <div className="stack">
          <p>
            Known since <TimeStamp date={createdAt.toISOString()} now={now} />;{" "}
            {lastSignIn === null ? (
              "never signed in."
            ) : (
              <>
                last signed in <TimeStamp date={lastSignIn.toISOString()} now={now} />.
              </>
            )}{" "}
            <Link href={href("/admin/audit/", { person: email })} prefetch={false}>
              What they changed, and what was changed about them
            </Link>
          </p>
          <div className="row">
            <ChangeForm to={to} action={active ? "deactivate" : "activate"}>
              <Button type="submit">{active ? "Make inactive" : "Make active"}</Button>
            </ChangeForm>
            <ChangeForm to={to} action={superuser ? "unmake_superuser" : "make_superuser"}>
              <Button type="submit">{superuser ? "Make no superuser" : "Make a superuser"}</Button>
            </ChangeForm>
          </div>
          <p className="muted">
            Somebody who is inactive may do nothing, and neither may their tokens. A superuser may do
            everything, whatever their groups.
          </p>
        </div>
      </Card>
      <Card title="Groups" flush>
        <GroupChoices groups={await allGroups(context)} joined={account.groups} to={to} />
      </Card>
      <Card title="API tokens" flush>
        {tokens.length === 0 ? (
          <EmptyState title="None" />
        ) : (
          <TokenTable
            label="API tokens"
            tokens={tokens}
            now={now}
            revokeForm={(token, button) => (
              <ChangeForm to={to} action="revoke_token" value={String(token)}>
                {button}
              </ChangeForm>
            )}
          />
        )}
      </Card>
    </>
  );
}
