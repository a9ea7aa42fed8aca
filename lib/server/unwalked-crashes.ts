import { findExecutable } from "#lib/config/find-executable";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { NOT_INSTALLED } from "#lib/processor/stackwalk";
import type { SearchPlan } from "#lib/search/plan/plan";
import type { Services } from "#lib/services";

const LOOK_AGAIN_MS = 60_000;
const BATCH = 1_000;
const DAY_MS = 86_400_000;
const DAYS = 365;

/**
 * Waits for the stackwalker when it is missing, then has the crashes that arrived without it processed
 * again. What it returns ends the waiting.
 */
export function awaitStackwalker(services: Services): () => void {
  const { config, log } = services;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    if ((await findExecutable(config.stackwalkCommand)) === null) {
      timer = setTimeout(lookOrLog, LOOK_AGAIN_MS).unref();
      return;
    }
    const count = await requeueUnwalked(services, new Date());
    if (count > 0) log.info({ count }, "crashes that arrived without the stackwalker are processed again");
  };
  const lookOrLog = () => {
    look().catch((error: unknown) =>
      log.error({ err: error }, "crashes without a stack were not looked for"),
    );
  };
  lookOrLog();
  return () => clearTimeout(timer);
}

/** Queues the crashes of the last year that were processed without a stackwalker. Gives their number. */
async function requeueUnwalked({ search, queue }: Services, now: Date): Promise<number> {
  const queued = new Set<CrashId>();
  let from = new Date(now.getTime() - DAYS * DAY_MS).toISOString();
  for (;;) {
    const { hits } = await search.search(unwalkedSince(from, now));
    const ids = hits
      .flatMap(({ uuid }) => (typeof uuid === "string" ? (parseCrashId(uuid) ?? []) : []))
      .filter((id) => !queued.has(id));
    if (ids.length === 0) return queued.size;
    await queue.publish(
      "reprocessing",
      ids.map((id) => ({ id, ruleset: "default" })),
    );
    for (const id of ids) queued.add(id);
    const last = hits.at(-1)?.date;
    from = typeof last === "string" ? last : from;
  }
}

/** Read on by date, not by offset: crashes leave the list while it is read. */
function unwalkedSince(from: string, now: Date): SearchPlan {
  return {
    from: { at: from, inclusive: true },
    to: { at: now.toISOString(), inclusive: true },
    where: { kind: "test", field: "processor_notes", operator: "~", value: NOT_INSTALLED },
    columns: ["uuid", "date"],
    sort: [{ field: "date", descending: false }],
    offset: 0,
    limit: BATCH,
    facets: [],
    facetSize: 0,
  };
}
