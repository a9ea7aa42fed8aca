import Link from "next/link";
import { EmptyState } from "#components/ui/notice";

export default function NotFound() {
  return (
    <EmptyState title="There is no such page">
      <p>
        The address may be mistyped. Start from the <Link href="/">products</Link> or{" "}
        <Link href="/search/">search</Link>.
      </p>
    </EmptyState>
  );
}
