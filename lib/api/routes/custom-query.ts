import { z } from "zod";
import { customQuery } from "#lib/middleware/custom-query";
import { defineRoute } from "../define-route";

/** `POST /api/CustomQuery/`, and `POST /search/query/` where the reference has it: a search in Elasticsearch's words. */
export const customQueryRoute = defineRoute({
  name: "CustomQuery",
  methods: ["POST"],
  summary:
    "Sends a search body to Elasticsearch and gives its answer as it is, but for hits.total, a number.",
  description:
    "Needs view_pii, too. Only what reads the weekly indices of crashes is let through; the search engine must be Elasticsearch.",
  permission: "run_custom_queries",
  input: z.object({
    query: z.string().meta({ description: "The search body: the text of a JSON object." }),
    indices: z
      .array(z.string())
      .default([])
      .meta({ description: "Indices, or ALL; those of the last 7 days unless given." }),
  }),
  output: z.record(z.string(), z.unknown()),
  errors: "plain",
  examples: [
    {
      title: "Crashes by signature",
      query: new URLSearchParams({
        query: '{"size": 0, "aggs": {"signatures": {"terms": {"field": "processed_crash.signature.full"}}}}',
      }).toString(),
    },
  ],
  answer: ({ services, input, viewer, now, signal }) =>
    customQuery(services.superSearch, input, { viewer, now, signal }),
});
