import { serve } from "#lib/api/route";
import { signatureRedirectsRoute } from "#lib/api/routes/regrouping";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(signatureRedirectsRoute);
