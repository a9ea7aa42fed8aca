import {
  createServer,
  maxHeaderSize,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { BadSetting } from "#lib/core/errors";

/** Answers one request; may throw, which becomes a logged 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Routes {
  /** By exact path, with or without a slash at the end. */
  readonly plain: ReadonlyMap<string, RequestHandler>;
  /** Everything else. */
  readonly other: RequestHandler;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new connection; resolves when the requests in work are answered or the time is up. */
  close(): Promise<void>;
}

/** How long open connections may finish when the server stops. */
const CLOSE_GRACE_MS = 10_000;

/** Longest time for one request to arrive: a slow line may need minutes for a large crash. */
const REQUEST_TIMEOUT_MS = 600_000;

/**
 * Listens for the collector, the health endpoints and the web pages at once. The plain routes never
 * touch the page framework.
 */
export async function listen(
  routes: Routes,
  address: { host: string; port: number },
  log: Logger,
): Promise<HttpServer> {
  const pending = new WeakMap<Duplex, ServerResponse>();
  const server = createServer((request, response) => {
    pending.set(request.socket, response);
    response.once("close", () => {
      pending.delete(request.socket);
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    // The page framework cannot build a request of this method, and nobody needs it.
    if (request.method === "TRACE") {
      refuseTrace(response);
      return;
    }
    const handler = routes.plain.get(pathOf(request)) ?? routes.other;
    handler(request, response).catch((error: unknown) => fail(error, request, response, log));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = 30_000;
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseBytes(error, socket, pending.get(socket)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(refusePort(error, address)));
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}`, close: () => closeServer(server) };
}

/** What is wrong with the address, for those errors that another setting mends. */
function refusePort(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const at = `${host}:${port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `PORT: ${at} is taken. Stop what listens there, or set another PORT.`,
    EACCES: `PORT: this user may not listen on ${at}. Set a PORT from 1024 on.`,
    EADDRNOTAVAIL: `HOST: this machine has no address ${host}.`,
    ENOTFOUND: `HOST: there is no machine called ${host}.`,
  };
  const reason = reasons[error.code ?? ""];
  return reason === undefined ? error : new BadSetting(reason, { cause: error });
}

/** The path without query and without a slash at the end. Any text may stand there: it is not parsed as a URL. */
function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function refuseTrace(response: ServerResponse): void {
  response.writeHead(405, { "Content-Type": "application/json" });
  response.end('{"error":"Method not allowed"}');
}

function fail(error: unknown, request: IncomingMessage, response: ServerResponse, log: Logger): void {
  log.error({ error, method: request.method, url: request.url }, "a request failed");
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
  response.end("Internal Server Error\n");
}

/** What is said to bytes that are no HTTP request, by the parser's name for what is wrong. */
const BYTES_REFUSED: Readonly<Record<string, { readonly status: string; readonly reason?: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: "408 Request Timeout" },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    reason: `The address and the headers of a request may have ${maxHeaderSize} bytes together.\n`,
  },
};

/** Bytes that are no HTTP end the connection, but not before a request that came in front of them is answered. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket, answering?: ServerResponse): void {
  if (answering) {
    answering.shouldKeepAlive = false;
    answering.once("close", () => socket.destroySoon());
    return;
  }
  const { status, reason = "" } = BYTES_REFUSED[error.code ?? ""] ?? { status: "400 Bad Request" };
  const length = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${reason.length}`;
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n${length}\r\n\r\n${reason}`);
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
