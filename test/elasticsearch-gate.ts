import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Stands before an Elasticsearch and answers some requests itself. */
export interface ElasticsearchGate {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes requests on, except those for which `statusFor` gives a status: these get it as their answer, or no answer at
 * all where it is 0.
 */
export async function startElasticsearchGate(
  target: string,
  statusFor: (request: IncomingMessage) => number | null,
): Promise<ElasticsearchGate> {
  const server = createServer((request, response) => {
    const status = statusFor(request);
    if (status === 0) return;
    void answer(target, request, status).then(({ code, type, body }) => {
      response.writeHead(code, { "content-type": type, "x-elastic-product": "Elasticsearch" }).end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(target: string, request: IncomingMessage, status: number | null) {
  if (status !== null) return { code: status, type: "application/json", body: "{}" };
  const body = await buffer(request);
  const passed = await fetch(`${target}${request.url ?? ""}`, {
    method: request.method ?? "GET",
    headers: {
      accept: request.headers.accept ?? "application/json",
      "content-type": request.headers["content-type"] ?? "application/json",
    },
    ...(body.length > 0 ? { body } : {}),
  });
  return {
    code: passed.status,
    type: passed.headers.get("content-type") ?? "application/json",
    body: Buffer.from(await passed.arrayBuffer()),
  };
}
