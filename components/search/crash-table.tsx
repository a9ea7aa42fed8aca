import Link from "next/link";
import { Table } from "#components/ui/table";
import { TimeStamp } from "#components/ui/time-stamp";
import { reportHref } from "#lib/core/links";
import { fieldLabel } from "#lib/search/plan/form";
import type { Sort } from "#lib/search/plan/plan";
import type { CrashCell, CrashRow } from "#lib/reports/crash-list";

interface CrashTableProps {
  readonly rows: readonly CrashRow[];
  readonly columns: readonly string[];
  readonly sort: readonly Sort[];
  readonly now: Date;
  /** Address of the same list sorted by a `_sort` value; undefined takes the sort away. */
  readonly sortHref: (sort: string | undefined) => string;
  /** Address of the list narrowed by a filter. */
  readonly filterHref: (field: string, filter: string) => string;
}

/** Crashes, with the columns asked for. A column's head sorts, a value narrows. */
export function CrashTable({ rows, columns, sort, now, sortHref, filterHref }: CrashTableProps) {
  const head = (
    <tr>
      <th scope="col">Crash id</th>
      {columns
        .filter((column) => column !== "uuid")
        .map((column) => (
          <SortableHead key={column} column={column} sort={sort} sortHref={sortHref} />
        ))}
    </tr>
  );
  return (
    <Table label="Crash reports" head={head}>
      {rows.map(({ crashId, cells }) => (
        <tr key={crashId}>
          <td className="mono nowrap">
            <Link href={reportHref(crashId)} title={crashId}>
              {crashId.slice(0, 8)}…{crashId.slice(-6)}
            </Link>
          </td>
          {cells.map((cell) => (
            <Cell key={cell.field} cell={cell} now={now} filterHref={filterHref} />
          ))}
        </tr>
      ))}
    </Table>
  );
}

function Cell({
  cell,
  now,
  filterHref,
}: { readonly cell: CrashCell } & Pick<CrashTableProps, "now" | "filterHref">) {
  const { field, text, filter } = cell;
  if (field === "date")
    return (
      <td className="nowrap">
        <TimeStamp date={text} now={now} />
      </td>
    );
  const wide = field === "signature" || field === "proto_signature";
  return (
    <td className={wide ? "mono wide" : undefined}>
      {filter === null ? (
        text
      ) : (
        <Link
          className="filter"
          href={filterHref(field, filter)}
          title={`Only crashes with this ${fieldLabel(field)}`}
        >
          {text}
        </Link>
      )}
    </td>
  );
}

/** Steps from ascending over descending to unsorted. */
function SortableHead({
  column,
  sort,
  sortHref,
}: { readonly column: string } & Pick<CrashTableProps, "sort" | "sortHref">) {
  const current = sort.find(({ field }) => field === column);
  const next = !current ? column : current.descending ? undefined : `-${column}`;
  const state = current ? (current.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" aria-sort={state}>
      <Link href={sortHref(next)} scroll={false}>
        {fieldLabel(column)}
        {current && <span aria-hidden="true">{current.descending ? " ▼" : " ▲"}</span>}
      </Link>
    </th>
  );
}
