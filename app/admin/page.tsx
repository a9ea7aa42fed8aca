import type { Metadata } from "next";
import Link from "next/link";
import { AdminTabs } from "#components/admin/admin-tabs";
import { AuditTable } from "#components/admin/audit-table";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { auditLogPage } from "#lib/middleware/admin/audit-log";
import { superuserContext } from "#lib/middleware/page-context";

export const metadata: Metadata = { title: "Administration" };

const NEWEST = 10;

const PLACES = [
  ["/admin/users/", "People", "who may do what, and their API tokens"],
  ["/admin/groups/", "Groups", "through which people have permissions"],
  ["/admin/audit/", "Audit log", "who changed what, and who saw protected data"],
  ["/quarantine/", "Crashes that were given up", "to process once more, or forget"],
  ["/missing-symbols/", "Missing symbols", "and where to upload them"],
  ["/crontabber-state/", "Scheduled jobs", "and how each of them is"],
  ["/status/", "Status", "of stores, queue and search"],
] as const;

export default async function AdminPage() {
  const context = await superuserContext("/admin/");
  const { entries } = await auditLogPage(context, { whom: null, kind: "changes" }, 1);
  return (
    <>
      <PageTitle
        title="Administration"
        lead="For superusers. What is changed here is kept in the audit log."
      />
      <AdminTabs current="Overview" />
      <Card title="Places">
        <ul className="stack">
          {PLACES.map(([path, name, what]) => (
            <li key={path}>
              <Link href={path} prefetch={false}>
                {name}
              </Link>
              : {what}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Changed last" flush>
        {entries.length === 0 ? (
          <EmptyState title="Nothing yet" />
        ) : (
          <AuditTable entries={entries.slice(0, NEWEST)} now={context.now} />
        )}
      </Card>
    </>
  );
}
