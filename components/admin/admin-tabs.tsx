import { TabLinks } from "#components/ui/tab-links";

const TABS = [
  ["Overview", "/admin/"],
  ["People", "/admin/users/"],
  ["Groups", "/admin/groups/"],
  ["Audit log", "/admin/audit/"],
] as const;

/** The parts of the administration. */
export function AdminTabs({ current }: { readonly current: (typeof TABS)[number][0] }) {
  const tabs = TABS.map(([label, href]) => ({ label, href, current: label === current }));
  return <TabLinks label="Administration" tabs={tabs} />;
}
