import { serve } from "#lib/api/route";
import { regroupingRoute } from "#lib/api/routes/regrouping";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(regroupingRoute);
