import Link from "next/link";

interface SearchLinksProps {
  /** Addresses of all crashes of the search, by the name of the format. */
  readonly exports: readonly { readonly format: string; readonly href: string }[];
  /** The address of the search in the engine's own words, for those who may use it. */
  readonly customHref: string | null;
}

/** What else can be done with a search: all of its crashes as a file, or its query changed by hand. */
export function SearchLinks({ exports, customHref }: SearchLinksProps) {
  return (
    <p className="row">
      <span className="muted">All crashes found, also those beyond the last page:</span>
      {exports.map(({ format, href }) => (
        <a key={format} href={href} download>
          {format}
        </a>
      ))}
      {customHref !== null && <Link href={customHref}>Customize the query</Link>}
    </p>
  );
}
