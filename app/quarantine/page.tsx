import type { Metadata } from "next";
import { FailedCrashes } from "#components/status/failed-crashes";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { EmptyState } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { Pagination } from "#components/ui/pagination";
import { href } from "#lib/core/links";
import { pageContext } from "#lib/middleware/page-context";
import { mayActOnQuarantine } from "#lib/middleware/quarantine";
import { quarantinePage } from "#lib/reports/quarantine";
import { submitQuarantineForm } from "./actions";

export const metadata: Metadata = { title: "Crashes that were given up" };

const LEAD =
  "Each failed as often as is allowed and is kept with its annotations and a note. Reprocess them when what was wrong is mended; a crash leaves this list when it has been processed.";

interface QuarantineProps {
  readonly searchParams: Promise<{ readonly page?: string | string[] }>;
}

export default async function Quarantine({ searchParams }: QuarantineProps) {
  const { services, viewer, now } = await pageContext();
  const { total, page, pages, crashes } = await quarantinePage(
    services.database,
    Number((await searchParams).page),
  );
  const mayAct = mayActOnQuarantine(viewer);
  const table = <FailedCrashes crashes={crashes} now={now} selectable={mayAct} />;
  return (
    <>
      <PageTitle title="Crashes that were given up" lead={LEAD} />
      <Card title={`${total.toLocaleString("en")} crashes`} flush>
        {total === 0 ? (
          <EmptyState title="None">Every crash that arrived was processed, or still waits.</EmptyState>
        ) : mayAct ? (
          <form action={submitQuarantineForm}>
            {table}
            <div className="row">
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
