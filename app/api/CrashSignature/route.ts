import { serve } from "#lib/api/route";
import { crashSignatureRoute } from "#lib/api/routes/signatures";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(crashSignatureRoute);
