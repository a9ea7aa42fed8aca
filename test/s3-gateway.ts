import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Keys of the gateway's only user. */
export const S3_KEYS = { AWS_ACCESS_KEY_ID: "crash-stats", AWS_SECRET_ACCESS_KEY: "secret-of-tests" };

/** A real S3 gateway over a folder, with one bucket. */
export interface S3Gateway {
  readonly endpoint: string;
  readonly bucket: string;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Starts it again, over the same folder and on the same port. */
  start(): Promise<void>;
  /** Ends it and removes what it has. */
  remove(): Promise<void>;
}

export async function startS3Gateway(): Promise<S3Gateway> {
  const folder = await mkdtemp(join(tmpdir(), "s3-gateway-"));
  await mkdir(join(folder, "crashes"));
  const port = await freePort();
  let gateway: ChildProcess | null = null;
  const kill = async () => {
    if (gateway?.kill("SIGKILL")) await once(gateway, "exit");
    gateway = null;
  };
  const start = async () => {
    const { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret } = S3_KEYS;
    const address = `127.0.0.1:${port}`;
    gateway = spawn(
      ".tools/go/versitygw",
      ["--quiet", "--access", access, "--secret", secret, "--port", address, "posix", folder],
      { stdio: "ignore" },
    );
    await listening(port);
  };
  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: "crashes",
    kill,
    start,
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function listening(port: number): Promise<void> {
  const limit = AbortSignal.timeout(20_000);
  for (;;) {
    limit.throwIfAborted();
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await wait(50);
  }
}
