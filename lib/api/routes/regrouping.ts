import { z } from "zod";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import { BadArgument } from "#lib/core/errors";
import { listsOnTrial, tryGrouping } from "#lib/middleware/grouping-trial";
import { makeRegroupingKnown, signatureRedirects } from "#lib/middleware/regrouping";
import { defineRoute } from "../define-route";
import { CRASH_ID_PATTERN, EXAMPLE_CRASH_ID } from "../examples";
import { asHits, CACHE_SECONDS, hitsOf } from "./hits";

const MOST_CRASHES = 500;

/** The texts of signature lists by their names. */
const siglists = z.strictObject({
  irrelevant_signature_re: z.string(),
  prefix_signature_re: z.string(),
  signature_sentinels: z.string(),
  signatures_with_line_numbers_re: z.string(),
  trim_dll_signature_re: z.string(),
});

/** `POST /api/GroupingTrial/`: what other lists would make of stored crashes. */
export const groupingTrialRoute = defineRoute({
  name: "GroupingTrial",
  methods: ["POST"],
  summary: "Makes the signatures of stored crashes by other lists, beside those that they have.",
  description: "Nothing is changed. Of lists that are not sent those in use serve.",
  permission: "reprocess_crashes",
  body: "json",
  input: z.object({
    crash_ids: z
      .array(z.string().meta({ pattern: CRASH_ID_PATTERN }), "crash_ids must be a list of crash ids")
      .min(1, "crash_ids must not be empty")
      .max(MOST_CRASHES, `At most ${MOST_CRASHES} crash_ids are accepted at once`)
      .meta({ description: `Crash ids, at most ${MOST_CRASHES}.` }),
    siglists: siglists.partial().default({}).meta({ description: "Texts of lists by their names." }),
  }),
  output: hitsOf(z.object({ crash_id: z.string(), signature: z.string(), new_signature: z.string() })).extend(
    { unprocessed: z.array(z.string()) },
  ),
  examples: [
    {
      title: "By lists in which open is a prefix",
      body: { crash_ids: [EXAMPLE_CRASH_ID], siglists: { prefix_signature_re: "open\n" } },
    },
  ],
  async answer({ services, input }) {
    const ids = input.crash_ids.map(crashIdOf);
    const lists = await listsOnTrial(services.config.siglistsDirectory, input.siglists);
    const { crashes, unprocessed } = await tryGrouping(services.crashData, lists, ids);
    const hits = crashes.map(({ id, signature, newSignature }) => ({
      crash_id: id,
      signature,
      new_signature: newSignature,
    }));
    return { ...asHits(hits), unprocessed: [...unprocessed] };
  },
});

/** `POST /api/Regrouping/`: makes known where crashes go before they are processed again. */
export const regroupingRoute = defineRoute({
  name: "Regrouping",
  methods: ["POST"],
  summary: "Keeps old signatures as redirects, and has bugs about them be about the new signatures, too.",
  description:
    "The lists must be those in use. Sent again with the same name, it changes nothing. Crashes are processed again by Reprocessing.",
  permission: "reprocess_crashes",
  body: "json",
  input: z.object({
    name: z.string().min(1).max(100).meta({ description: "Tells this regrouping from all others." }),
    siglists: siglists.meta({ description: "Texts of all lists by their names." }),
    moves: z
      .array(
        z.object({
          signature: z.string().max(255),
          new_signature: z.string().max(255),
          crashes: z.int().min(1).max(2_000_000_000),
        }),
      )
      .refine(
        (moves) =>
          new Set(moves.map((move) => JSON.stringify([move.signature, move.new_signature]))).size ===
          moves.length,
        "Each pair of signatures is accepted once",
      )
      .meta({ description: "All of every signature that loses crashes, those that keep it included." }),
  }),
  output: z.object({
    redirects: z.int(),
    bugs: z.int().meta({ description: "Associations of bugs that this added." }),
  }),
  examples: [
    {
      title: "Crashes of one signature",
      body: {
        name: "2026-11-25 open is a prefix",
        siglists: Object.fromEntries(Object.keys(siglists.shape).map((name) => [name, ""])),
        moves: [{ signature: "open", new_signature: "open | read", crashes: 3 }],
      },
    },
  ],
  answer: ({ services, input, now }) =>
    makeRegroupingKnown(services.database, services.config.siglistsDirectory, {
      name: input.name,
      siglists: input.siglists,
      moves: input.moves.map(({ new_signature, ...move }) => ({ ...move, newSignature: new_signature })),
      at: now,
    }),
});

/** `GET /api/SignatureRedirects/`: what has become of signatures. */
export const signatureRedirectsRoute = defineRoute({
  name: "SignatureRedirects",
  methods: ["GET"],
  summary: "The signatures that crashes got when they were grouped anew, those that got most first.",
  input: z.object({ signatures: z.array(z.string()).min(1).meta({ description: "Exact signatures." }) }),
  output: hitsOf(
    z.object({
      signature: z.string(),
      new_signature: z.string(),
      crashes: z.int(),
      moved_all: z.boolean().meta({ description: "Whether no crash kept the old signature." }),
    }),
  ),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "One signature", query: "signatures=OOM%20%7C%20small" }],
  async answer({ services, input }) {
    const redirects = await signatureRedirects(services.database, input.signatures);
    return asHits(
      redirects.map(({ signature, newSignature, crashes, movedAll }) => ({
        signature,
        new_signature: newSignature,
        crashes,
        moved_all: movedAll,
      })),
    );
  },
});

function crashIdOf(text: string): CrashId {
  const id = text.startsWith("bp-") ? null : parseCrashId(text);
  if (!id) throw new BadArgument(`Bad value for parameter(s) 'Crash id '${text}' is not valid.'`);
  return id;
}
