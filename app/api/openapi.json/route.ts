import { serve } from "#lib/api/route";
import { openApiRoute } from "#lib/api/routes/openapi";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(openApiRoute);
