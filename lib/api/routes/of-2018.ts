import { z } from "zod";
import { jobStates, schemaRevision } from "#lib/middleware/installation";
import { newSignatures } from "#lib/middleware/new-signatures";
import { platforms } from "#lib/middleware/products";
import { publishedVersions } from "#lib/middleware/published-versions";
import { defineRoute } from "../define-route";
import { asHits, CACHE_SECONDS, hitsOf } from "./hits";

const names = (description: string) => z.array(z.string()).optional().meta({ description });
const day = (description: string) => z.string().optional().meta({ description });

const date = z.string().nullable();
const JOB = z.object({
  class: z.string(),
  description: z.string(),
  frequency: z.string(),
  backfill: z.boolean(),
  depends_on: z.array(z.string()).readonly(),
  first_run: date,
  last_run: date,
  last_success: date,
  next_run: date,
  ongoing: date,
  error_count: z.number(),
  last_error: z.object({ type: z.string(), value: z.string(), traceback: z.string() }).nullable(),
});

/** `GET /api/Status/`: what runs here. */
export const statusRoute = defineRoute({
  name: "Status",
  methods: ["GET"],
  summary: "The version of the program and of its database.",
  deprecated: "/__version__",
  input: z.object({}),
  output: z.object({
    socorro_revision: z.string(),
    breakpad_revision: z.string(),
    schema_revision: z.string(),
  }),
  examples: [{ title: "What runs here", query: "" }],
  answer: async ({ services }) => ({
    socorro_revision: services.version,
    breakpad_revision: "Unknown",
    schema_revision: await schemaRevision(services.database),
  }),
});

/** `GET /api/CrontabberState/`: the scheduled jobs. */
export const crontabberStateRoute = defineRoute({
  name: "CrontabberState",
  methods: ["GET"],
  summary: "The scheduled jobs: when each ran, runs next, and whether it failed.",
  input: z.object({}),
  output: z.object({ state: z.record(z.string(), JOB) }),
  cacheSeconds: 60,
  examples: [{ title: "All jobs", query: "" }],
  answer: ({ services }) => jobStates(services),
});

/** `GET /api/Platforms/`: operating systems. */
export const platformsRoute = defineRoute({
  name: "Platforms",
  methods: ["GET"],
  summary: "The operating systems that crashes are counted by.",
  input: z.object({}),
  output: z.array(z.object({ code: z.string(), name: z.string(), display: z.boolean() })),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "All platforms", query: "" }],
  async answer({ services }) {
    const known = await platforms(services.database);
    return known.map(({ name, shortName }) => ({
      code: shortName,
      name,
      display: shortName !== "unknown",
    }));
  },
});

/** `GET /api/ProductVersions/`: versions whose builds are known. */
export const productVersionsRoute = defineRoute({
  name: "ProductVersions",
  methods: ["GET"],
  summary: "The versions of which builds are known, by product, newest first.",
  input: z.object({
    product: names("Names of products."),
    version: names("Versions as people know them."),
    build_type: names("Release channels."),
    start_date: day("Day of the first build, such as >=2026-11-01."),
  }),
  output: hitsOf(
    z.object({
      product: z.string(),
      version: z.string(),
      start_date: z.string(),
      end_date: z.null(),
      throttle: z.number(),
      is_featured: z.boolean(),
      build_type: z.string(),
      has_builds: z.boolean(),
      is_rapid_beta: z.boolean(),
    }),
  ),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "Of one product", query: "product=Kestrel" }],
  async answer({ services, input: { product, version, build_type, start_date } }) {
    const query = { products: product, versions: version, channels: build_type, startDate: start_date };
    return asHits(await publishedVersions(services.database, query));
  },
});

/** `GET /api/NewSignatures/`: what did not crash before. */
export const newSignaturesRoute = defineRoute({
  name: "NewSignatures",
  methods: ["GET"],
  summary: "Of the 100 most frequent signatures of a time those without a crash in the time before.",
  input: z.object({
    start_date: day("Where the time begins; 8 days before its end unless given."),
    end_date: day("Where it ends; tomorrow unless given."),
    not_after: day("Where the time before begins; 14 days before the time unless given."),
    product: names("Exact names of products."),
    version: names("Exact versions."),
  }),
  output: hitsOf(z.string()),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "New in the last 8 days", query: "" }],
  async answer({ services: { superSearch }, viewer, now, input }) {
    const { start_date: from, end_date: to, not_after: before, product = [], version = [] } = input;
    const query = { from, to, before, products: product, versions: version };
    return asHits(await newSignatures({ search: superSearch, viewer, now }, query));
  },
});
