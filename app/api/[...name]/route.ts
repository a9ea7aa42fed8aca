import { json } from "#lib/api/respond";

const noService = (request: Request) =>
  json({ error: `No service called '${new URL(request.url).pathname.split("/")[2] ?? ""}'` }, 404);

export {
  noService as GET,
  noService as HEAD,
  noService as POST,
  noService as PUT,
  noService as PATCH,
  noService as DELETE,
  noService as OPTIONS,
};
