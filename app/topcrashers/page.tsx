import type { Metadata } from "next";
import { TopCrashersForm } from "#components/top-crashers/top-crashers-form";
import { TopCrashersTable } from "#components/top-crashers/top-crashers-table";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { listProducts } from "#lib/db/products";
import { pageContext, type PageContext } from "#lib/middleware/page-context";
import { choiceOf, lastOf, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";
import { productVersions } from "#lib/reports/product-versions";
import { filters, PROCESS_TYPES, topCrashers, type TopCrashersQuery } from "#lib/reports/top-crashers";
import type { Parameters } from "#lib/search/plan/request";

export const metadata: Metadata = { title: "Top crashers" };

const CHOICES = {
  days: ["1", "3", "7", "14", "28"],
  processTypes: ["any", "parent", ...PROCESS_TYPES.filter((type) => type !== "parent"), "other"],
  platforms: ["Windows", "Mac OS X", "Linux", "Android"],
  reportTypes: ["crash", "hang", "any"],
  sizes: ["50", "100", "200", "300", "500"],
} as const;

export default async function TopCrashersPage({
  searchParams,
}: {
  readonly searchParams: Promise<PageSearch>;
}) {
  const context = await pageContext();
  const parameters = pageParameters(await searchParams);
  const products = (await listProducts(context.services.database)).map(({ name }) => name);
  const product = lastOf(parameters, "product") ?? products[0];
  if (product === undefined) return <NoProducts />;
  const query = queryFrom(parameters, product);
  return (
    <>
      <PageTitle
        title="Top crashers"
        lead={`Which signatures of ${product} crash most, compared with as many days before.`}
      >
        <TopCrashersForm
          products={products.includes(product) ? products : [product, ...products]}
          versions={await versionsOf(context, query)}
          chosen={{
            ...query,
            version: query.versions[0] ?? "",
            days: String(query.days),
            platform: query.platform ?? "",
            size: String(query.size),
          }}
          choices={CHOICES}
        />
      </PageTitle>
      <TopCrashersList context={context} query={query} />
    </>
  );
}

function queryFrom(parameters: Parameters, product: string): TopCrashersQuery {
  const platform = choiceOf(parameters, "platform", ["", ...CHOICES.platforms], "");
  return {
    product,
    versions: (parameters.get("version") ?? []).filter((version) => version !== ""),
    days: Number(choiceOf(parameters, "days", CHOICES.days, "7")),
    processType: choiceOf(parameters, "process_type", CHOICES.processTypes, "any"),
    platform: platform === "" ? null : platform,
    reportType: choiceOf(parameters, "_report_type", CHOICES.reportTypes, "crash"),
    size: Number(choiceOf(parameters, "_facets_size", CHOICES.sizes, "50")),
  };
}

async function versionsOf(
  context: PageContext,
  { product, versions }: TopCrashersQuery,
): Promise<readonly string[]> {
  const known = await productVersions(context, product);
  return [...versions.filter((version) => !known.includes(version)), ...known];
}

async function TopCrashersList({
  context,
  query,
}: {
  readonly context: PageContext;
  readonly query: TopCrashersQuery;
}) {
  const report = await topCrashers(context, context.services.database, query);
  const { signatures, covered, total, from, to } = report;
  const window = `${from.slice(0, 16).replace("T", " ")} to ${to.slice(0, 16).replace("T", " ")} UTC`;
  if (signatures.length === 0)
    return (
      <Card title="Signatures" hint={window}>
        <EmptyState title="No crash in this time">
          Try more days, all versions, or another kind of process.
        </EmptyState>
      </Card>
    );
  const coverage = `${covered.toLocaleString("en")} of ${total.toLocaleString("en")} crashes (${((100 * covered) / total).toFixed(1)} %)`;
  return (
    <Card title={`Top ${signatures.length} signatures`} hint={`${window} · ${coverage}`} flush>
      <TopCrashersTable
        signatures={signatures}
        filters={{ ...filters(query), date: [`>=${from}`, `<${to}`] }}
        now={context.now}
      />
    </Card>
  );
}

function NoProducts() {
  return (
    <EmptyState title="No crash has arrived yet">Products appear here with their first crash.</EmptyState>
  );
}
