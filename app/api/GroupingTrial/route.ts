import { serve } from "#lib/api/route";
import { groupingTrialRoute } from "#lib/api/routes/regrouping";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(groupingTrialRoute);
