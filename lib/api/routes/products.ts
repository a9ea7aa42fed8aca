import { z } from "zod";
import { versionStrings } from "#lib/middleware/versions";
import { defineRoute } from "../define-route";
import { asHits, CACHE_SECONDS, hitsOf } from "./hits";

/** `GET /api/VersionString/`: the version of a build as people know it. */
export const versionStringRoute = defineRoute({
  name: "VersionString",
  methods: ["GET"],
  summary: "The versions as which a build was published, such as 64.0b4 for a build of 64.0.",
  input: z.object({
    product: z.string().meta({ description: "Name of the product." }),
    channel: z.string().meta({ description: "Release channel, in any case." }),
    build_id: z.string().meta({ description: "The whole build id." }),
  }),
  output: hitsOf(z.object({ version_string: z.string() })),
  cacheSeconds: CACHE_SECONDS,
  examples: [{ title: "A beta", query: "product=Kestrel&channel=beta&build_id=20261101000000" }],
  async answer({ services, input: { product, channel, build_id: buildId } }) {
    const versions = await versionStrings(services.database, { product, channel, buildId });
    return asHits(versions.map((version_string) => ({ version_string })));
  },
});
