import type { Metadata } from "next";
import { LaboratoryForm } from "#components/laboratory/laboratory-form";
import { Notice } from "#components/ui/notice";
import { PageTitle } from "#components/ui/page-title";
import { laboratoryRefusal, LARGEST_SAMPLE, listsInUse } from "#lib/middleware/laboratory";
import { pageContext } from "#lib/middleware/page-context";
import { tryLists } from "./actions";

export const metadata: Metadata = { title: "Grouping laboratory" };

const LEAD =
  "Edit the signature lists and see what they would do to stored crashes. Nothing is changed here.";

export default async function Laboratory() {
  const { services, viewer } = await pageContext();
  const refusal = laboratoryRefusal(viewer);
  return (
    <>
      <PageTitle title="Grouping laboratory" lead={LEAD} />
      {refusal === null ? (
        <>
          <LaboratoryForm
            lists={Object.entries(await listsInUse(services))}
            largestSample={LARGEST_SAMPLE}
            tryLists={tryLists}
          />
          <p className="muted">
            To try the lists on every crash, save them in a folder:{" "}
            <code>crash-stats regroup --new FOLDER --query &apos;…&apos;</code>. When the server uses that
            folder (setting <code>SIGLISTS_DIR</code>), the same with <code>--apply</code> regroups the
            crashes.
          </p>
        </>
      ) : (
        <Notice tone="info" title="You may not use the laboratory.">
          {refusal}
        </Notice>
      )}
    </>
  );
}
