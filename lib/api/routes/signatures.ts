import { z } from "zod";
import { isJsonObject } from "#lib/core/json";
import { signatureFirstDates } from "#lib/middleware/signature-dates";
import { signaturesOf } from "#lib/middleware/signature-generation";
import { defineRoute } from "../define-route";
import { asHits, CACHE_SECONDS, hitsOf } from "./hits";

/** `GET /api/SignatureFirstDate/`: since when there are crashes with a signature. */
export const signatureFirstDateRoute = defineRoute({
  name: "SignatureFirstDate",
  methods: ["GET"],
  summary: "When signatures were first seen; those never seen are left out.",
  input: z.object({ signatures: z.array(z.string()).min(1).meta({ description: "Exact signatures." }) }),
  output: hitsOf(
    z.object({
      signature: z.string(),
      first_build: z.string().nullable().meta({ description: "Null when no crash with it told its build." }),
      first_date: z.string(),
    }),
  ),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "One signature", query: "signatures=OOM%20%7C%20small" }],
  answer: async ({ services, input }) =>
    asHits(await signatureFirstDates(services.database, input.signatures)),
});

const NO_JOBS = "no jobs specified";

/** `POST /api/CrashSignature/`: signatures of crashes that need not be known here. */
export const crashSignatureRoute = defineRoute({
  name: "CrashSignature",
  methods: ["POST"],
  summary: "Makes signatures of crash data that is sent, by the lists that the processor uses.",
  description: "Nothing of it is kept. At most 10 MiB at once.",
  errors: "plain",
  body: "json",
  input: z.object(
    {
      jobs: z.array(z.record(z.string(), z.unknown(), "each job must be an object"), NO_JOBS).min(1, NO_JOBS),
    },
    NO_JOBS,
  ),
  output: z.object({
    results: z.array(
      z.object({
        signature: z.string(),
        notes: z.array(z.string()),
        extra: z.object({
          proto_signature: z.string().optional(),
          normalized_frames: z.array(z.string()).optional(),
        }),
      }),
    ),
  }),
  examples: [
    {
      title: "A crash with two frames",
      body: {
        jobs: [
          {
            os: "Linux",
            crashing_thread: 0,
            threads: [{ frames: [{ function: "SomeFunc" }, { function: "SomeOtherFunc" }] }],
          },
        ],
      },
    },
  ],
  async answer({ services, input }) {
    const results = await signaturesOf(services.config.siglistsDirectory, input.jobs.filter(isJsonObject));
    return {
      results: results.map(({ signature, notes, extra: { proto_signature, normalized_frames } }) => ({
        signature,
        notes: [...notes],
        extra: { proto_signature, normalized_frames: normalized_frames && [...normalized_frames] },
      })),
    };
  },
});
