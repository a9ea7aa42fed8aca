import { serve } from "#lib/api/route";
import { platformsRoute } from "#lib/api/routes/of-2018";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(platformsRoute);
