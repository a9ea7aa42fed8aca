import { serve } from "#lib/api/route";
import { noOpRoute } from "#lib/api/routes/no-op";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = serve(noOpRoute);
