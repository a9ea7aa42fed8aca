import { serve } from "#lib/api/route";
import { uploadSymbolsRoute } from "#lib/api/routes/upload-symbols";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(uploadSymbolsRoute);
