import { serve } from "#lib/api/route";
import { productVersionsRoute } from "#lib/api/routes/of-2018";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(productVersionsRoute);
