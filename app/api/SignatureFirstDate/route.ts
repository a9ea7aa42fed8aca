import { serve } from "#lib/api/route";
import { signatureFirstDateRoute } from "#lib/api/routes/signatures";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(signatureFirstDateRoute);
