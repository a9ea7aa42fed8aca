import type { RawCrash } from "#lib/core/crash";
import { MAIN_DUMP } from "#lib/core/crash";
import { searchDocument, type SearchDocument } from "#lib/fields/document";
import { runRules } from "#lib/processor/pipeline";
import type { Draft, Rule } from "#lib/processor/rule";
import { rulesets } from "#lib/processor/rulesets";
import { sampleJsonDump, sampleSubmissions, type SampleSubmission } from "#lib/sampledata/submissions";
import { openSearchEngine } from "#lib/search/registry";
import { builtInSiglists } from "#lib/signature/siglists";

const BATCH = 1_000;

/**
 * Fills a data folder's search index with sample crashes of the last 28 days, processed by the real rules; only the
 * stackwalker's output is foretold instead of walked.
 */
export async function indexSamples(
  dataDirectory: string,
  { count, onIndexed }: { readonly count: number; readonly onIndexed: (total: number) => void },
): Promise<void> {
  const search = await openSearchEngine({ dataDirectory });
  const now = new Date();
  let batch: SearchDocument[] = [];
  let total = 0;
  const flush = async () => {
    await search.index(batch);
    total += batch.length;
    batch = [];
    onIndexed(total);
  };
  try {
    for (const submission of sampleSubmissions({ count, seed: 1, now })) {
      batch.push(await documentOf(submission, now));
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
  } finally {
    await search.close();
  }
}

const needs = {
  siglists: builtInSiglists(),
  stackwalk: { walk: () => Promise.reject(new Error("not walked")) },
};
const rules = rulesets(needs).default?.rules ?? [];

async function documentOf(submission: SampleSubmission, now: Date): Promise<SearchDocument> {
  const { annotations, crashId: uuid, submittedAt } = submission;
  const submitted_timestamp = submittedAt.toISOString();
  const raw: RawCrash = { ...annotations, uuid, submitted_timestamp };
  const draft: Draft = {};
  const dumps = new Map(submission.dumps.has(MAIN_DUMP) ? [[MAIN_DUMP, { path: "", sizeBytes: 0 }]] : []);
  const foretold = rules.map((rule) => (rule.name === "MinidumpStackwalkRule" ? foretell(submission) : rule));
  await runRules("default", foretold, { raw, dumps, draft, directory: "", now });
  const signature = typeof draft.signature === "string" ? draft.signature : "";
  return searchDocument({ ...draft, uuid, date_processed: submitted_timestamp, signature }, raw);
}

function foretell(submission: SampleSubmission): Rule {
  return {
    name: "foretold stackwalk",
    run({ draft }) {
      const json_dump = sampleJsonDump(submission);
      Object.assign(draft, { json_dump, success: json_dump !== null, mdsw_return_code: json_dump ? 0 : 1 });
    },
  };
}
