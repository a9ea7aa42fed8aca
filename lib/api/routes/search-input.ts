import { z } from "zod";
import { FIELDS } from "#lib/fields/catalogue";

const values = (description: string) => z.array(z.string()).optional().meta({ description });
const one = (description: string) => z.string().optional().meta({ description });

/** Parameters that are filters. */
export const FILTER_NAMES: readonly string[] = FIELDS.map(({ name }) => name);

const filters = Object.fromEntries(
  FIELDS.map(({ name, description }) => [name, values(`Filter: ${description}`)]),
);

/**
 * The parameters of Super Search, for those who read about it. What they mean is decided where searches
 * are planned; names with a field in them, such as `_aggs.product.version`, cannot be listed.
 */
export const searchInput = z.object({
  ...filters,
  _columns: values("Fields that hits show."),
  _sort: values("Fields that decide the order; a minus in front turns it around."),
  _facets: values("Fields to count by; also _histogram.<field> and _cardinality.<field>."),
  "_aggs.signature": values(
    "Facets inside the facet of signatures; any fields, separated by dots, may stand there.",
  ),
  "_histogram.date": values("Facets inside intervals of the date; any date or number may stand there."),
  "_histogram_interval.date": one("The interval: minute, hour, day, week, month, quarter, year."),
  _facets_size: one("Values per facet, at most 10000; 50 unless given."),
  _results_number: one("Hits, at most 1000; 100 unless given."),
  _results_offset: one("Hits that are passed over."),
  _query: one('All filters as one text, such as: product = "Kestrel" AND NOT uptime < 60.'),
  _cursor: one("Pages without an end: * for the first, then the next_cursor of the answer before."),
  _format: one("ndjson or csv: all crashes that fit, as a stream."),
  _explain: one("With 1: the search in words, and how long it took."),
  _return_query: one("With 1, and the permission view_pii: the engine's query instead of an answer."),
});
