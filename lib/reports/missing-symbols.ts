import { subDays } from "date-fns";
import { searchHref } from "#lib/core/links";
import { formatDate } from "#lib/core/time";
import type { Database } from "#lib/db/database";
import type { MissingSymbols, MissingSymbolsQuery } from "#lib/db/missing-symbols";
import { missingSymbolsPage } from "#lib/middleware/missing-symbols";

/** A module without symbols, as people see it. */
export interface MissingSymbolsRow extends Omit<MissingSymbols, "firstSeen" | "lastSeen"> {
  /** ISO dates. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Address of a search for the crashes that lack its symbols. */
  readonly crashesHref: string;
}

export interface MissingSymbolsReport {
  readonly rows: readonly MissingSymbolsRow[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** A search may span a year. */
const LONGEST_SEARCH_DAYS = 364;

/** One page of the modules without symbols, those that hide most first. */
export async function missingSymbolsReport(
  database: Database,
  query: Pick<MissingSymbolsQuery, "order" | "product">,
  { page, now }: { readonly page: number; readonly now: Date },
): Promise<MissingSymbolsReport> {
  const { modules, ...rest } = await missingSymbolsPage(database, query, page);
  const earliest = subDays(now, LONGEST_SEARCH_DAYS);
  return {
    ...rest,
    rows: modules.map(({ firstSeen, lastSeen, ...module }) => ({
      ...module,
      firstSeen: formatDate(firstSeen),
      lastSeen: formatDate(lastSeen),
      crashesHref: searchHref({
        missing_symbols: `~/${module.debugId.toLowerCase()}`,
        product: query.product ?? undefined,
        date: `>=${formatDate(firstSeen > earliest ? firstSeen : earliest)}`,
      }),
    })),
  };
}
