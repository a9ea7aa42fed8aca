import { serve } from "#lib/api/route";
import { missingSymbolsRoute } from "#lib/api/routes/symbols";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(missingSymbolsRoute);
