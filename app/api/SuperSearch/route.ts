import { superSearchEndpoint } from "#lib/api/endpoints";
import { serve } from "#lib/api/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(superSearchEndpoint);
