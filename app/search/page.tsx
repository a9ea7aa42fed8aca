import type { Metadata } from "next";
import { CrashTable } from "#components/search/crash-table";
import { Explain } from "#components/search/explain";
import { FacetTable } from "#components/search/facet-table";
import { QueryTextForm } from "#components/search/query-text-form";
import { SearchForm } from "#components/search/search-form";
import { SearchLinks } from "#components/search/search-links";
import { SearchWarnings } from "#components/search/search-warnings";
import { Card } from "#components/ui/card";
import { EmptyState, Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { TabLinks } from "#components/ui/tab-links";
import { href } from "#lib/core/links";
import type { FieldName } from "#lib/fields/catalogue";
import { pageContext } from "#lib/middleware/page-context";
import { lastOf, pageNumber, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";
import { buckets } from "#lib/reports/ask";
import { crashRows, exactFilter } from "#lib/reports/crash-list";
import { mayCustomise } from "#lib/reports/custom-query-page";
import {
  exportParameters,
  fieldsIn,
  formFields,
  searchPage,
  shownColumns,
  termFacets,
  type SearchPage,
} from "#lib/reports/search-page";
import { fieldLabel } from "#lib/search/plan/form";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { Parameters } from "#lib/search/plan/request";

export const metadata: Metadata = { title: "Super Search" };

/** Makes addresses of this search with something changed. */
type Address = (change: Readonly<Record<string, string | readonly string[] | undefined>>) => string;

export default async function SearchPageView({
  searchParams,
}: {
  readonly searchParams: Promise<PageSearch>;
}) {
  const context = await pageContext();
  const parameters = pageParameters(await searchParams);
  const search = await searchPage(context, parameters, pageNumber(parameters));
  const address: Address = (change) =>
    href("/search/", { ...Object.fromEntries(parameters), page: undefined, ...change });
  return (
    <>
      <PageTitle
        title="Super Search"
        lead="Find crashes by any of their fields, and count them by any other."
      />
      <Card title="What to find">
        <SearchForm
          key={JSON.stringify([...parameters])}
          fields={formFields(context, fieldsIn(search.form))}
          initial={search.form}
        />
        <QueryTextForm key={search.query.text} field={search.query} />
      </Card>
      {search.error !== null && (
        <Notice tone="danger" title="This cannot be searched.">
          {search.error}
        </Notice>
      )}
      <SearchWarnings warnings={search.warnings} />
      {search.result && (
        <Results
          search={search}
          parameters={parameters}
          address={address}
          customHref={mayCustomise(context) ? href("/search/custom/", Object.fromEntries(parameters)) : null}
          now={context.now}
        />
      )}
      {search.explanation && <Explain explanation={search.explanation} />}
    </>
  );
}

interface ResultsProps {
  readonly search: SearchPage;
  readonly parameters: Parameters;
  readonly address: Address;
  /** Null for those who may not ask so. */
  readonly customHref: string | null;
  readonly now: Date;
}

function Results({ search, parameters, address, customHref, now }: ResultsProps) {
  const { result } = search;
  if (!result || result.total === 0)
    return (
      <Card title="Results">
        <EmptyState title="No crash fits">
          Try a longer time, or fewer filters. A value that is to be found anywhere in a text wants
          “contains”.
        </EmptyState>
      </Card>
    );
  const facets = termFacets(search);
  const shown = facets.find((name) => name === lastOf(parameters, "_tab"));
  const tabs = [
    {
      label: `Crash reports (${result.total.toLocaleString("en")})`,
      href: address({ _tab: undefined }),
      current: shown === undefined,
    },
    ...facets.map((name) => ({
      label: `${fieldLabel(name)} facet`,
      href: address({ _tab: name }),
      current: name === shown,
    })),
  ];
  return (
    <>
      <TabLinks label="Results" tabs={tabs} />
      {shown === undefined ? (
        <Reports search={search} address={address} customHref={customHref} now={now} />
      ) : (
        <Facet search={search} field={shown} address={address} />
      )}
    </>
  );
}

function Reports({ search, address, customHref, now }: Omit<ResultsProps, "parameters">) {
  const { plan, result, page, pages } = search;
  if (!plan || !result) return null;
  return (
    <>
      <Card title="Crash reports" hint={`${result.total.toLocaleString("en")} found`} flush>
        <CrashTable
          rows={crashRows(result, plan.columns)}
          columns={shownColumns(plan)}
          sort={plan.sort}
          now={now}
          sortHref={(sort) => address({ _sort: sort })}
          filterHref={(field, filter) => address({ [field]: filter })}
        />
      </Card>
      <Pagination page={page} pages={pages} hrefOf={(number) => address({ page: String(number) })} />
      <SearchLinks exports={exportLinks(plan)} customHref={customHref} />
    </>
  );
}

function exportLinks(plan: SearchPlan): readonly { readonly format: string; readonly href: string }[] {
  const parameters = exportParameters(plan);
  if (parameters === null) return [];
  return ["csv", "ndjson"].map((format) => {
    return {
      format: format.toUpperCase(),
      href: href("/api/SuperSearch/", { ...parameters, _format: format }),
    };
  });
}

function Facet({
  search,
  field,
  address,
}: {
  readonly search: SearchPage;
  readonly field: FieldName;
  readonly address: Address;
}) {
  const { result } = search;
  const total = result?.total ?? 0;
  const rows = buckets(result?.facets, field).map(({ term, count }) => {
    const filter = exactFilter(field, term === "T" ? true : term === "F" ? false : term);
    return {
      term: String(term),
      count,
      percent: (100 * count) / total,
      href: filter === null ? null : address({ [field]: filter, _tab: undefined }),
    };
  });
  return (
    <Card title={`${fieldLabel(field)} facet`} hint={`${rows.length} values`} flush>
      {rows.length === 0 ? (
        <EmptyState title={`No crash found has a value for ${fieldLabel(field)}`} />
      ) : (
        <FacetTable field={field} rows={rows} />
      )}
    </Card>
  );
}
