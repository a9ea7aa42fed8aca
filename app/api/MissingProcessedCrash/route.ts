import { serve } from "#lib/api/route";
import { missingProcessedCrashRoute } from "#lib/api/routes/processing";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(missingProcessedCrashRoute);
