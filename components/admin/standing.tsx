import { Badge } from "#components/ui/badge";

/** Whether somebody may do anything, and everything. */
export function Standing({ active, superuser }: { readonly active: boolean; readonly superuser: boolean }) {
  return (
    <>
      {active ? <Badge tone="good">Active</Badge> : <Badge tone="danger">Inactive</Badge>}
      {superuser && (
        <>
          {" "}
          <Badge tone="accent">Superuser</Badge>
        </>
      )}
    </>
  );
}
