import { z } from "zod";
import { formatDate } from "#lib/core/time";
import { MISSING_SYMBOLS_ORDERS } from "#lib/core/missing-symbols";
import { missingSymbolsPage } from "#lib/middleware/missing-symbols";
import { href } from "#lib/core/links";
import { defineRoute } from "../define-route";

/** `GET /api/MissingSymbols/`: which symbols would be of most use. */
export const missingSymbolsRoute = defineRoute({
  name: "MissingSymbols",
  methods: ["GET"],
  summary: "Modules without symbols, in pages of 100, those that hide the stacks of most crashes first.",
  description:
    "A module counts for a crash when it has frames on a stack of any of its dumps, and no symbols were found for it, or broken ones, when the crash was last processed. The names are those that symbols have: upload them with MODULE lines that say debug_id and debug_file.",
  input: z.object({
    sort: z
      .enum(MISSING_SYMBOLS_ORDERS, { error: "Choose crashes or signatures." })
      .default("crashes")
      .meta({ description: "What is counted: crashes, or their different signatures." }),
    product: z.string().optional().meta({ description: "Only crashes of this product." }),
    page: z
      .string()
      .regex(/^[1-9]\d{0,5}$/, "Enter a whole number from 1 on.")
      .default("1")
      .meta({ description: "Number of the page. One behind the last is the last.", examples: ["1"] }),
  }),
  output: z.object({
    hits: z.array(
      z.object({
        filename: z.string(),
        debug_file: z.string(),
        debug_id: z.string(),
        crashes: z.int(),
        signatures: z.int(),
        first_seen: z.string(),
        last_seen: z.string(),
        versions: z.array(z.string()),
      }),
    ),
    total: z.int(),
    next: z.string().nullable(),
  }),
  examples: [{ title: "What hides most crashes" }, { title: "Of one product", query: "product=Kestrel" }],
  async answer({ services, input, origin }) {
    const { sort, product } = input;
    const query = { order: sort, product: product ?? null };
    const { modules, total, page, pages } = await missingSymbolsPage(
      services.database,
      query,
      Number(input.page),
    );
    return {
      hits: modules.map(({ debugFile, debugId, firstSeen, lastSeen, versions, ...module }) => ({
        ...module,
        debug_file: debugFile,
        debug_id: debugId,
        first_seen: formatDate(firstSeen),
        last_seen: formatDate(lastSeen),
        versions: [...versions],
      })),
      total,
      next:
        page < pages ? `${origin}${href("/api/MissingSymbols/", { sort, product, page: page + 1 })}` : null,
    };
  },
});
