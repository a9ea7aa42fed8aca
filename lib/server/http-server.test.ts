import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { listen, type HttpServer, type RequestHandler } from "./http-server";

const answering =
  (body: string): RequestHandler =>
  (_request, response) => {
    response.end(body);
    return Promise.resolve();
  };

let server: HttpServer | undefined;
afterEach(() => server?.close());

async function serve(plain: Readonly<Record<string, RequestHandler>>): Promise<HttpServer> {
  server = await listen(
    { plain: new Map(Object.entries(plain)), other: answering("other") },
    { host: "127.0.0.1", port: 0 },
    pino({ level: "silent" }),
  );
  return server;
}

/** Sends bytes as they are, and gives everything that comes back until the server closes. */
function exchange(url: string, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  for (const piece of pieces) socket.write(piece);
  return text(socket);
}

describe("the HTTP server", () => {
  it.each([
    ["/plain", "plain"],
    ["/plain/", "plain"],
    ["/plain?a=/other", "plain"],
    ["/plain/more", "other"],
    ["/", "other"],
    ["//plain", "other"],
    ["/%", "other"],
  ])("leads %s to %s", async (path, body) => {
    const { url } = await serve({ "/plain": answering("plain") });
    expect(await (await fetch(url + path)).text()).toBe(body);
  });

  it("answers TRACE itself, which the page framework cannot take", async () => {
    const { url } = await serve({});
    const answer = await exchange(url, "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  });

  it("answers 500 without details when a handler fails", async () => {
    const { url } = await serve({ "/plain": () => Promise.reject(new Error("secret")) });
    const response = await fetch(`${url}/plain`);
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error\n"]);
  });

  it("breaks the connection when a handler fails in the middle of its answer", async () => {
    const { url } = await serve({
      "/plain": (_request, response) => {
        response.writeHead(200, { "Content-Length": 10 });
        response.write("half");
        return Promise.reject(new Error("broken"));
      },
    });
    await expect(fetch(`${url}/plain`).then((response) => response.text())).rejects.toThrow();
  });

  it("answers what is no HTTP with 400", async () => {
    const { url } = await serve({});
    expect(await exchange(url, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it("answers a request before it closes for the nonsense behind it", async () => {
    const { url } = await serve({
      "/plain": (_request, response) =>
        new Promise((resolve) => setImmediate(() => response.end("the answer", resolve))),
    });
    const answer = await exchange(
      url,
      "POST /plain HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\x01nonsense\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain("the answer");
  });

  it("finishes what is in work before it has closed", async () => {
    let finish: (() => void) | undefined;
    const started = new Promise<void>((isStarted) => {
      void serve({
        "/plain": (_request, response) => {
          isStarted();
          return new Promise((resolve) => (finish = () => response.end("late", resolve)));
        },
      }).then(({ url }) => (answer = fetch(`${url}/plain`).then((response) => response.text())));
    });
    let answer: Promise<string> | undefined;
    await started;
    const closed = server?.close();
    finish?.();
    expect(await answer).toBe("late");
    await closed;
    server = undefined;
  });
});
