import Link from "next/link";
import { EmptyPage } from "#components/ui/notice";

export default function ForbiddenPage() {
  return (
    <EmptyPage title="You may not see this page">
      <p>
        It is for superusers. <Link href="/permissions/">Your permissions</Link> say what you may do; a
        superuser can change them.
      </p>
    </EmptyPage>
  );
}
