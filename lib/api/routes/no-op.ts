import { z } from "zod";
import { BadArgument } from "#lib/core/errors";
import { defineRoute } from "../define-route";
import { CACHE_SECONDS, hitsOf } from "./hits";

/** `GET /api/NoOp/`: for those who write clients. */
export const noOpRoute = defineRoute({
  name: "NoOp",
  methods: ["GET"],
  summary: "Does nothing, for trying out clients: no hits, or a refusal for the product bad.",
  input: z.object({ product: z.string().meta({ description: "Anything; bad is refused." }) }),
  output: hitsOf(z.unknown()),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "Nothing", query: "product=good" }],
  answer({ input }) {
    if (input.product === "bad") throw new BadArgument("Bad value for parameter(s) 'product'");
    return Promise.resolve({ hits: [], total: 0 });
  },
});
