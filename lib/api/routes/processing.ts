import { z } from "zod";
import { formatDate } from "#lib/core/time";
import { missingCrashPage } from "#lib/middleware/missing-crashes";
import { reprocess } from "#lib/middleware/reprocessing";
import { defineRoute } from "../define-route";
import { CRASH_ID_PATTERN, EXAMPLE_CRASH_ID } from "../examples";
import { ApiRefusal } from "../refusal";
import { CACHE_SECONDS } from "./hits";

/** `POST /api/Reprocessing/`: has crashes processed again. */
export const reprocessingRoute = defineRoute({
  name: "Reprocessing",
  methods: ["POST"],
  summary: "Has crashes processed again. All are looked at before any is queued; answers null.",
  permission: "reprocess_crashes",
  input: z.object({
    crash_ids: z
      .array(z.string().meta({ pattern: CRASH_ID_PATTERN }))
      .min(1)
      .meta({ description: "Crash ids, each with :default or :regenerate_signature behind it if wanted." }),
  }),
  output: z.null(),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "One crash", query: `crash_ids=${EXAMPLE_CRASH_ID}` }],
  async answer({ services, input }) {
    await reprocess(services.queue, input.crash_ids);
    return null;
  },
});

/** `GET /api/MissingProcessedCrash/`: crashes that were accepted and not processed. */
export const missingProcessedCrashRoute = defineRoute({
  name: "MissingProcessedCrash",
  methods: ["GET"],
  summary: "Crashes that were accepted but not processed, in pages of 1000, oldest first.",
  errors: "plain",
  input: z.object({
    page: z
      .string()
      .default("1")
      .meta({ description: "Number of the page. A page that is none is the last.", examples: ["1"] }),
  }),
  output: z.object({
    results: z.array(z.object({ crash_id: z.string(), is_processed: z.boolean(), created: z.string() })),
    count: z.int(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
  }),
  examples: [{ title: "The first page", query: "page=1" }],
  async answer({ services, input, origin }) {
    if (!/^[+-]?\d{1,15}$/.test(input.page)) throw new ApiRefusal(400, { error: "invalid page number" });
    const { crashes, count, next, previous } = await missingCrashPage(services.database, Number(input.page));
    const link = (page: number | null) =>
      page === null ? null : `${origin}/api/MissingProcessedCrash/?page=${page}`;
    return {
      results: crashes.map(({ crashId, isProcessed, createdAt }) => ({
        crash_id: crashId,
        is_processed: isProcessed,
        created: formatDate(createdAt).replace("+00:00", "Z"),
      })),
      count,
      next: link(next),
      previous: link(previous),
    };
  },
});
