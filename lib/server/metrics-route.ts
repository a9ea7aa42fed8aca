import type { Metrics } from "#lib/monitoring/metrics";
import type { RequestHandler } from "./http-server";

/** `/metrics`: what the process counts, in Prometheus's text format. */
export function metricsRoute(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.text();
    response.writeHead(200, { "Content-Type": metrics.contentType, "Cache-Control": "no-store" });
    response.end(text);
  };
}
