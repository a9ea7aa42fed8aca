import Link from "next/link";

interface PaginationProps {
  readonly page: number;
  readonly pages: number;
  readonly hrefOf: (page: number) => string;
}

/** Steps through the pages of a list. */
export function Pagination({ page, pages, hrefOf }: PaginationProps) {
  if (pages <= 1) return null;
  return (
    <nav className="row" aria-label="Pages">
      {page > 1 && <Link href={hrefOf(page - 1)}>← Previous page</Link>}
      <span className="muted">
        Page {page} of {pages.toLocaleString("en")}
      </span>
      {page < pages && <Link href={hrefOf(page + 1)}>Next page →</Link>}
    </nav>
  );
}
