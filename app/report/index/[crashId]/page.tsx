import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { Annotations } from "#components/report/annotations";
import { Details } from "#components/report/details";
import { JavaExceptions } from "#components/report/java-exceptions";
import { Modules } from "#components/report/modules";
import { ReportTitle } from "#components/report/report-title";
import { Threads } from "#components/report/threads";
import { LookAgain } from "#components/report/waiting";
import { Card } from "#components/ui/card";
import { EmptyPage, Notice } from "#components/ui/notice";
import { TabLinks } from "#components/ui/tab-links";
import { isCrashIdShape, parseCrashId, type CrashId } from "#lib/core/crash-id";
import { href, reportHref } from "#lib/core/links";
import { crashDoor, shownCrash } from "#lib/middleware/crash-data";
import { pageContext } from "#lib/middleware/page-context";
import { prioritise } from "#lib/middleware/priority";
import { reportView, type ReportView } from "#lib/reports/report-view/report";

interface PageProps {
  readonly params: Promise<{ readonly crashId: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

const TABS = ["Details", "Annotations", "Modules", "Raw data"] as const;
type Tab = (typeof TABS)[number];

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `Crash report ${(await params).crashId}` };
}

export default async function ReportPage({ params, searchParams }: PageProps) {
  const { crashId } = await params;
  const id = parseCrashId(crashId);
  if (crashId.startsWith("bp-") && id) redirect(reportHref(id));
  if (!id) return isCrashIdShape(crashId) ? <InvalidId id={crashId} /> : notFound();
  const context = await pageContext();
  const crash = await shownCrash(crashDoor(context.services), id, context);
  if (!crash) return <UnknownCrash id={id} />;
  if (crash === "waiting") {
    await prioritise(context.services.queue, id, context.now);
    return <WaitingCrash id={id} />;
  }
  const asked = (await searchParams).tab;
  const tab = TABS.find((name) => tabKey(name) === asked) ?? "Details";
  return <Report id={id} tab={tab} view={reportView(crash.raw, crash.processed)} now={context.now} />;
}

function tabKey(tab: Tab): string {
  return tab.toLowerCase().replaceAll(" ", "-");
}

function Report({
  id,
  tab,
  view,
  now,
}: {
  readonly id: CrashId;
  readonly tab: Tab;
  readonly view: ReportView;
  readonly now: Date;
}) {
  const tabs = TABS.map((name) => ({
    label: name,
    href: href(reportHref(id), { tab: name === "Details" ? undefined : tabKey(name) }),
    current: name === tab,
  }));
  return (
    <>
      <ReportTitle id={id} view={view} now={now} />
      {view.problem !== null && (
        <Notice tone="warning" title="No full stack.">
          {view.problem}
        </Notice>
      )}
      <TabLinks label="Parts of the report" tabs={tabs} />
      {tab === "Details" && (
        <>
          <JavaExceptions exceptions={view.javaExceptions} />
          <Threads threads={view.threads} />
          <Details groups={view.details} />
        </>
      )}
      {tab === "Annotations" && <Annotations annotations={view.annotations} />}
      {tab === "Modules" && <Modules modules={view.modules} />}
      {tab === "Raw data" && <RawData id={id} notes={view.notes} />}
    </>
  );
}

function RawData({ id, notes }: { readonly id: CrashId; readonly notes: readonly string[] }) {
  return (
    <div className="columns">
      <Card title="Data as JSON">
        <ul className="stack">
          <li>
            <a href={href("/api/ProcessedCrash/", { crash_id: id, pretty: "print" })}>Processed crash</a>
          </li>
          <li>
            <a href={href("/api/RawCrash/", { crash_id: id, pretty: "print" })}>Raw crash</a>
          </li>
        </ul>
      </Card>
      <Card title="Processor notes" hint="newest run">
        <ul className="stack">
          {notes.map((note, index) => (
            <li key={index} className="mono">
              {note}
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}

function WaitingCrash({ id }: { readonly id: CrashId }) {
  return (
    <EmptyPage title="This crash has arrived and waits to be processed">
      <p className="mono">{id}</p>
      <p role="status">
        It was put in front of all others. This page shows the report as soon as it is there.
      </p>
      <LookAgain />
    </EmptyPage>
  );
}

function UnknownCrash({ id }: { readonly id: CrashId }) {
  return (
    <EmptyPage title="No crash with this id is stored">
      <p className="mono">{id}</p>
      <p>
        It may have been refused, or have been removed after its time. <Link href="/search/">Search</Link>{" "}
        finds the crashes that are there.
      </p>
    </EmptyPage>
  );
}

function InvalidId({ id }: { readonly id: string }) {
  return (
    <EmptyPage title="This is not a crash id">
      <p className="mono">{id}</p>
      <p>
        The last six digits of a crash id are the date it arrived, as year, month and day; these are no date.
      </p>
    </EmptyPage>
  );
}
