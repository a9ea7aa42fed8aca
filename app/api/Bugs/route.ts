import { serve } from "#lib/api/route";
import { bugsRoute } from "#lib/api/routes/bugs";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(bugsRoute);
