import { serve } from "#lib/api/route";
import { processedCrashRoute } from "#lib/api/routes/crash-data";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(processedCrashRoute);
