import { z } from "zod";
import { bugs, signaturesByBugs } from "#lib/middleware/bugs";
import { defineRoute } from "../define-route";
import { asHits, CACHE_SECONDS, hitsOf } from "./hits";

const bugHits = hitsOf(z.object({ id: z.int(), signature: z.string() }));

/** `GET` or `POST /api/Bugs/`: bugs about signatures. */
export const bugsRoute = defineRoute({
  name: "Bugs",
  methods: ["GET", "POST"],
  summary: "Bugs about signatures, each with all signatures that it is about, ordered by bug and signature.",
  input: z.object({ signatures: z.array(z.string()).min(1).meta({ description: "Exact signatures." }) }),
  output: bugHits,
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "Bugs about a signature", query: "signatures=OOM%20%7C%20small" }],
  answer: async ({ services, input }) => asHits(await bugs(services.database, input.signatures)),
});

/** `GET /api/SignaturesByBugs/`: what bugs are about. */
export const signaturesByBugsRoute = defineRoute({
  name: "SignaturesByBugs",
  methods: ["GET"],
  summary: "The signatures that bugs are about.",
  input: z.object({
    bug_ids: z
      .array(z.string().meta({ pattern: "^[0-9]+$" }))
      .min(1)
      .meta({ description: "Numbers of bugs." }),
  }),
  output: bugHits,
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "Two bugs", query: "bug_ids=1&bug_ids=2" }],
  answer: async ({ services, input }) => asHits(await signaturesByBugs(services.database, input.bug_ids)),
});
