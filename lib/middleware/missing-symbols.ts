import type { Database } from "#lib/db/database";
import { missingSymbols, type MissingSymbols, type MissingSymbolsQuery } from "#lib/db/missing-symbols";

const PAGE_SIZE = 100;

export interface MissingSymbolsPage {
  readonly modules: readonly MissingSymbols[];
  /** Modules on all pages. */
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** One page of the modules without symbols. A page behind the last is the last. */
export async function missingSymbolsPage(
  database: Database,
  query: Pick<MissingSymbolsQuery, "order" | "product">,
  asked: number,
): Promise<MissingSymbolsPage> {
  const read = (page: number) =>
    missingSymbols(database, { ...query, offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE });
  const found = await read(asked);
  if (found.total > 0 || asked === 1) return describePage(found, asked);
  const { total } = await read(1);
  const last = Math.max(1, Math.ceil(total / PAGE_SIZE));
  return describePage(await read(last), last);
}

function describePage(
  { total, modules }: { readonly total: number; readonly modules: readonly MissingSymbols[] },
  page: number,
): MissingSymbolsPage {
  return { modules, total, page, pages: Math.max(1, Math.ceil(total / PAGE_SIZE)) };
}
