import { serve } from "#lib/api/route";
import { versionStringRoute } from "#lib/api/routes/products";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(versionStringRoute);
