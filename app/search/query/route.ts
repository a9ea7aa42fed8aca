import { serve } from "#lib/api/route";
import { customQueryRoute } from "#lib/api/routes/custom-query";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(customQueryRoute);
