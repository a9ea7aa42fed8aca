import type { Metadata } from "next";
import { FailedCrashes } from "#components/status/failed-crashes";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState, Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { pageContext } from "#lib/middleware/page-context";
import { lastOf, pageNumber, pageParameters, type PageSearch } from "#lib/middleware/page-parameters";
import { mayActOnQuarantine, QUARANTINE_ACTIONS } from "#lib/middleware/quarantine";
import { quarantinePage } from "#lib/reports/quarantine";
import type { Parameters } from "#lib/search/plan/request";
import { submitQuarantineForm } from "./actions";

export const metadata: Metadata = { title: "Crashes that were given up" };

const LEAD =
  "Each failed as often as is allowed and is kept with its annotations and a note. Reprocess them when what was wrong is mended; a crash leaves this list when it has been processed.";

/** What came of an action, before the number of crashes. */
const OUTCOMES = { reprocess: "Queued to be processed again", remove: "Taken off this list" };

export default async function Quarantine({ searchParams }: { readonly searchParams: Promise<PageSearch> }) {
  const { services, viewer, now } = await pageContext();
  const parameters = pageParameters(await searchParams);
  const { total, page, pages, crashes } = await quarantinePage(services.database, pageNumber(parameters));
  const outcome = outcomeIn(parameters);
  const mayAct = mayActOnQuarantine(viewer);
  const table = <FailedCrashes crashes={crashes} now={now} selectable={mayAct} />;
  return (
    <>
      <PageTitle title="Crashes that were given up" lead={LEAD} />
      {outcome !== null && (
        <div role="status">
          <Notice tone="info" title={outcome} />
        </div>
      )}
      <Card title={`${total.toLocaleString("en")} crashes`} flush>
        {total === 0 ? (
          <EmptyState title="None">Every crash that arrived was processed, or still waits.</EmptyState>
        ) : mayAct ? (
          <form action={submitQuarantineForm}>
            {table}
            <input type="hidden" name="page" value={page} />
            <div className="row inset">
              <Button type="submit" name="action" value="reprocess" look="primary">
                Reprocess those chosen
              </Button>
              <Button type="submit" name="action" value="remove">
                Take those chosen off this list
              </Button>
            </div>
          </form>
        ) : (
          table
        )}
      </Card>
      <Pagination page={page} pages={pages} hrefOf={(other) => href("/quarantine/", { page: other })} />
    </>
  );
}

function outcomeIn(parameters: Parameters): string | null {
  for (const action of QUARANTINE_ACTIONS) {
    const count = lastOf(parameters, action);
    if (count === "0") return "No crash was chosen.";
    if (count !== null && /^\d{1,3}$/.test(count))
      return `${OUTCOMES[action]}: ${count} ${count === "1" ? "crash" : "crashes"}.`;
  }
  return null;
}
