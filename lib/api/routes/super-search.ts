import { z } from "zod";
import { searchFields } from "#lib/fields/describe-fields";
import { exportCrashes, superSearch, type Asking } from "#lib/middleware/super-search";
import { exportFormat, streamCrashes } from "../crash-export";
import type { SearchReader } from "#lib/middleware/search-reader";
import { defineRoute } from "../define-route";
import { CACHE_SECONDS } from "./hits";
import { FILTER_NAMES, searchInput } from "./search-input";

const facets = z
  .record(z.string(), z.unknown())
  .meta({ description: "Per facet a list of {term, count, facets}, or {value} of a cardinality." });

const result = z.union([
  z
    .object({
      hits: z.array(z.record(z.string(), z.unknown())).readonly(),
      total: z.int(),
      facets,
      errors: z.array(z.record(z.string(), z.unknown())).readonly(),
      warnings: z
        .array(z.object({ parameter: z.string(), message: z.string(), suggestion: z.string().optional() }))
        .readonly()
        .optional()
        .meta({ description: "What probably is not meant, each with the query string that may be." }),
      explain: z.unknown().optional().meta({ description: "With _explain." }),
      next_cursor: z
        .string()
        .nullable()
        .optional()
        .meta({ description: "With _cursor; null on the last page." }),
    })
    // Search may come to tell more.
    .meta({ additionalProperties: true }),
  z.strictObject({ query: z.unknown(), indices: z.array(z.string()).readonly().optional() }).meta({
    description: "With _return_query; an engine that has several indices names those that it asks.",
  }),
]);

/** `GET /api/SuperSearch/`: find and count processed crashes. */
export const superSearchRoute = defineRoute({
  name: "SuperSearch",
  methods: ["GET"],
  summary: "Finds processed crashes and counts them.",
  description:
    "Without view_pii, filters, facets and sort orders that name a protected field are passed over. See /search/ for a form.",
  input: searchInput,
  fields: FILTER_NAMES,
  output: result,
  cacheSeconds: CACHE_SECONDS,
  examples: [
    {
      title: "The most frequent signatures of the week",
      query: "_results_number=0&_facets=signature&_facets_size=10",
    },
    { title: "Crashes per day and product", query: "_results_number=0&_histogram.date=product" },
    {
      title: "Newest crashes out of memory",
      query: "signature=^OOM&_columns=uuid&_columns=signature&_sort=-date&_results_number=5",
    },
  ],
  answer: ({ services, query, viewer, now, signal }) =>
    answerSearch(services.superSearch, query, { viewer, now, signal }),
});

/** `GET /api/SuperSearchUnredacted/`: the same for those who may see everything. */
export const superSearchUnredactedRoute = defineRoute({
  name: "SuperSearchUnredacted",
  methods: ["GET"],
  summary: "Finds processed crashes by protected fields, too, and refuses names that are unknown.",
  permission: "view_pii",
  input: searchInput,
  fields: FILTER_NAMES,
  output: result,
  cacheSeconds: CACHE_SECONDS,
  examples: [
    { title: "Crashes that happened on a site", query: "url=~example.com&_columns=uuid&_columns=url" },
  ],
  answer: ({ services, query, viewer, now, signal }) =>
    answerSearch(services.superSearch, query, { viewer, now, signal, mode: "unredacted" }),
});

/** `_format` gives all that fit, as a stream. */
function answerSearch(search: SearchReader, query: URLSearchParams, asking: Asking) {
  const format = query.getAll("_format").findLast((value) => value !== "" && value !== "json");
  if (format === undefined) return superSearch(search, query, asking);
  return streamCrashes(exportFormat(format), () => exportCrashes(search, query, asking));
}

const names = z.array(z.string()).readonly();
const fieldDescription = z.object({
  name: z.string(),
  namespace: z.string(),
  in_database_name: z.string(),
  query_type: z.string(),
  data_validation_type: z.string(),
  form_field_choices: names,
  has_full_version: z.boolean(),
  is_exposed: z.boolean(),
  is_returned: z.boolean(),
  permissions_needed: names,
  webapp_permissions_needed: names,
  storage_mapping: z.record(z.string(), z.unknown()),
  description: z.string(),
  source_key: z.string().optional(),
  destination_keys: names.optional(),
});

/** `GET /api/SuperSearchFields/`: what can be searched. */
export const superSearchFieldsRoute = defineRoute({
  name: "SuperSearchFields",
  methods: ["GET"],
  summary: "Describes every field that can be searched.",
  input: z.object({}),
  output: z.record(z.string(), fieldDescription),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "All fields", query: "pretty=print" }],
  answer: () => Promise.resolve(searchFields()),
});
