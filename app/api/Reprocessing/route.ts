import { serve } from "#lib/api/route";
import { reprocessingRoute } from "#lib/api/routes/processing";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(reprocessingRoute);
