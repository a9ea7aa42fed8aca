import { serve } from "#lib/api/route";
import { superSearchRoute } from "#lib/api/routes/super-search";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(superSearchRoute);
