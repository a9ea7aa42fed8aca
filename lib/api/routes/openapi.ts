import { z } from "zod";
import { defineRoute } from "../define-route";
import { openApiDocument } from "../openapi";
import { ROUTES } from "../registry";

/** `GET /api/openapi.json`: the API described for programs. */
export const openApiRoute = defineRoute({
  name: "openapi.json",
  methods: ["GET"],
  summary: "Describes the API in OpenAPI 3.1.",
  input: z.object({}),
  output: z.record(z.string(), z.unknown()),
  examples: [],
  answer: ({ services }) => Promise.resolve({ ...openApiDocument(ROUTES, services.version) }),
});
