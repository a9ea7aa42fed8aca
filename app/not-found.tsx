import Link from "next/link";
import { EmptyPage } from "#components/ui/notice";

export default function NotFound() {
  return (
    <EmptyPage title="There is no such page">
      <p>
        The address may be mistyped. Start from the <Link href="/">products</Link> or{" "}
        <Link href="/search/">search</Link>.
      </p>
    </EmptyPage>
  );
}
