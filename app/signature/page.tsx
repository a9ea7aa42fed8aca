import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Suspense } from "react";
import { Graph } from "#components/signature/graph";
import { MovedCrashesNotice } from "#components/signature/moved-crashes";
import { ShareTable } from "#components/signature/share-table";
import { SignatureFilters } from "#components/signature/signature-filters";
import { Summary } from "#components/signature/summary";
import { CrashTable } from "#components/search/crash-table";
import { Card } from "#components/ui/card";
import { FieldChoice } from "#components/ui/field-choice";
import { EmptyState, Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { TabLinks } from "#components/ui/tab-links";
import { searchHref } from "#lib/core/links";
import { fieldNamed, type FieldName } from "#lib/fields/catalogue";
import { pageContext, type PageContext } from "#lib/middleware/page-context";
import { pageParameters, type PageSearch } from "#lib/middleware/page-parameters";
import { ask, buckets } from "#lib/reports/ask";
import { crashRows } from "#lib/reports/crash-list";
import { formFields, searchPage, shownColumns } from "#lib/reports/search-page";
import { crashesPerDay } from "#lib/reports/signature/graph";
import { movedCrashes } from "#lib/reports/signature/moved-crashes";
import { signaturePage, TABS, type SignaturePage } from "#lib/reports/signature/signature-page";
import { signatureSummary } from "#lib/reports/signature/summary";
import { fieldLabel } from "#lib/search/plan/form";

export const metadata: Metadata = { title: "Signature report" };

interface PartProps {
  readonly context: PageContext;
  readonly page: SignaturePage;
}

export default async function SignatureReport({
  searchParams,
}: {
  readonly searchParams: Promise<PageSearch>;
}) {
  const context = await pageContext();
  const page = signaturePage(pageParameters(await searchParams), context);
  if (typeof page === "string")
    return (
      <>
        <PageTitle title="Signature report" />
        <Notice tone="danger" title="This report cannot be shown.">
          {page}
        </Notice>
      </>
    );
  const moved = await movedCrashes(context.services.database, context, page);
  if (moved?.successorHref) redirect(moved.successorHref);
  return (
    <>
      <PageTitle
        title={<span className="mono">{page.signature}</span>}
        lead={`Crashes from ${page.from.slice(0, 10)} to ${page.to.slice(0, 10)}.`}
      >
        <a href={searchHref({ ...page.filters, signature: `=${page.signature}` })}>
          Search with this signature
        </a>
      </PageTitle>
      {moved && <MovedCrashesNotice {...moved} />}
      <SignatureFilters
        hidden={page.hidden}
        days={page.days}
        dayChoices={["1", "3", "7", "14", "28", "90"]}
        filters={page.applied}
      />
      <TabLinks
        label="Parts of the report"
        tabs={TABS.map((tab) => ({
          label: tab,
          href: page.address({ _tab: tab }),
          current: tab === page.tab,
        }))}
      />
      <Suspense key={page.tab} fallback={<p role="status">Counting …</p>}>
        {page.tab === "Summary" && <SummaryPart context={context} page={page} />}
        {page.tab === "Graphs" && <GraphPart context={context} page={page} />}
        {page.tab === "Reports" && <ReportsPart context={context} page={page} />}
        {page.tab === "Aggregations" && <AggregationsPart context={context} page={page} />}
      </Suspense>
    </>
  );
}

async function SummaryPart({ context, page }: PartProps) {
  const [summary, graph] = await Promise.all([
    signatureSummary(context, page.question),
    crashesPerDay(context, page.question, { field: "product", from: page.from, to: page.to }),
  ]);
  if (summary.total === 0) return <NoCrash />;
  return (
    <>
      <Graph graph={graph} />
      <Summary summary={summary} />
    </>
  );
}

async function GraphPart({ context, page }: PartProps) {
  const field = chosenField(page, "version");
  const graph = await crashesPerDay(context, page.question, { field, from: page.from, to: page.to });
  return (
    <>
      <Choose context={context} page={page} label="By" value={field} />
      {graph.terms.length === 0 ? <NoCrash /> : <Graph graph={graph} />}
    </>
  );
}

async function ReportsPart({ context, page }: PartProps) {
  const list = await searchPage(context, page.listParameters, page.number);
  if (list.error !== null || !list.plan || !list.result)
    return (
      <Notice tone="danger" title="These reports cannot be listed.">
        {list.error}
      </Notice>
    );
  if (list.result.total === 0) return <NoCrash />;
  return (
    <>
      <Card title="Reports" hint={`${list.result.total.toLocaleString("en")} found`} flush>
        <CrashTable
          rows={crashRows(list.result, list.plan.columns)}
          columns={shownColumns(list.plan)}
          sort={list.plan.sort}
          now={context.now}
          sortHref={(sort) => page.address({ _sort: sort })}
          filterHref={(field, filter) => page.address({ [field]: filter })}
        />
      </Card>
      <Pagination
        page={list.page}
        pages={list.pages}
        hrefOf={(number) => page.address({ page: String(number) })}
      />
    </>
  );
}

const DEFAULT_AGGREGATIONS: readonly FieldName[] = ["product", "platform", "build_id", "install_time"];

async function AggregationsPart({ context, page }: PartProps) {
  const chosen = page.field === null ? [] : [page.field];
  const fields = [...new Set([...chosen, ...DEFAULT_AGGREGATIONS])];
  const { facets, total } = await ask(context, { ...page.question, _facets: fields, _results_number: 0 });
  return (
    <>
      <Choose context={context} page={page} label="Aggregate on" value={page.field ?? ""} />
      <div className="columns">
        {fields.map((field) => (
          <Card key={field} title={fieldLabel(field)} flush>
            <Aggregation
              field={field}
              shares={buckets(facets, field).map(({ term, count }) => ({
                term: String(term),
                count,
                percent: (100 * count) / total,
              }))}
            />
          </Card>
        ))}
      </div>
    </>
  );
}

function Aggregation({
  field,
  shares,
}: {
  readonly field: FieldName;
  readonly shares: readonly { readonly term: string; readonly count: number; readonly percent: number }[];
}) {
  if (shares.length === 0)
    return (
      <EmptyState title="No value">
        No crash of this signature has a value for {fieldLabel(field)}.
      </EmptyState>
    );
  return <ShareTable label={fieldLabel(field)} shares={shares} />;
}

function Choose({
  context,
  page,
  label,
  value,
}: PartProps & { readonly label: string; readonly value: string }) {
  const options = formFields(context).filter(({ name }) => name !== "signature" && name !== "date");
  const named = options.map(({ name, label: text }) => ({ value: name, label: text }));
  const choices = value === "" ? [{ value: "", label: "choose a field" }, ...named] : named;
  return (
    <FieldChoice
      label={label}
      name="_field"
      value={value}
      options={choices}
      action="/signature/"
      hidden={page.hidden}
    />
  );
}

function chosenField({ field }: SignaturePage, byDefault: FieldName): FieldName {
  return field === null ? byDefault : fieldNamed(field).name;
}

function NoCrash() {
  return (
    <Card title="Crashes">
      <EmptyState title="No crash with this signature in this time">
        Choose a longer time above, or take filters away.
      </EmptyState>
    </Card>
  );
}
