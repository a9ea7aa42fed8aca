import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A way to a server of this machine that can be slow, and can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks all connections; new ones break at once, until `resume`. */
  cut(): void;
  /** Lets everything pass again, and takes a planned cut back. */
  resume(): void;
  /** Cuts when so many more chunks, of either direction, have passed; the last one still arrives. */
  cutAfterChunks(count: number): void;
  /** Whether the way is cut now. */
  isCut(): boolean;
  /** Holds each chunk back for so long. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let delayMs = 0;
  let chunksLeft = Infinity;

  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const deliver = async (chunk: Buffer, to: Socket) => {
    if (delayMs > 0) await wait(delayMs);
    await new Promise((resolve) => to.write(chunk, resolve));
    chunksLeft -= 1;
    if (chunksLeft <= 0) cut();
  };
  const pass = (from: Socket, to: Socket) => {
    let delivering = Promise.resolve();
    sockets.add(from);
    from.on("data", (chunk: Buffer) => {
      from.pause();
      delivering = deliver(chunk, to).finally(() => from.resume());
    });
    from.on("end", () => void delivering.then(() => to.end()));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      void delivering.then(() => to.destroy());
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) {
      client.on("error", () => undefined).destroy();
      return;
    }
    const target = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    pass(client, target);
    pass(target, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    resume() {
      isCut = false;
      chunksLeft = Infinity;
    },
    cutAfterChunks(count) {
      chunksLeft = count;
      if (count <= 0) cut();
    },
    isCut: () => isCut,
    delay: (milliseconds) => void (delayMs = milliseconds),
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
