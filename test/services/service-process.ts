import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inheritedEnvironment } from "#lib/config/config";

const START_LIMIT_MS = 90_000;

/** A server of somebody else's that runs for the tests, over a folder of its own. */
export interface ServiceProcess {
  /** Ends it without warning, and everything it has started. */
  kill(): Promise<void>;
  /** Starts it again, over the same folder and on the same port; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it and removes what it has. */
  remove(): Promise<void>;
}

export interface ServiceCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Removed with the service. */
  readonly directory: string;
  /** Whether it answers. May throw or give false while it does not. */
  readonly isReady: () => Promise<boolean>;
}

/** Starts a server and waits until it answers. Throws with what it printed when it ends before, or takes too long. */
export async function startService(service: ServiceCommand): Promise<ServiceProcess> {
  let child: ChildProcess | null = null;
  const kill = async () => {
    const ending = child;
    child = null;
    if (ending?.pid === undefined || ending.exitCode !== null) return;
    const ended = once(ending, "exit");
    process.kill(-ending.pid, "SIGKILL");
    await ended;
  };
  const start = async () => {
    const printed: string[] = [];
    const environment: NodeJS.ProcessEnv = {
      ...inheritedEnvironment(),
      NODE_ENV: "test",
      HOME: service.directory,
      ...service.environment,
    };
    const starting: ChildProcess = spawn(service.command, [...service.args], {
      ...asOrdinaryUser(),
      cwd: service.directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    child = starting;
    for (const stream of [starting.stdout, starting.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => printed.push(text));
    await ready(service, starting, printed);
  };
  await start();
  return {
    kill,
    start,
    async remove() {
      await kill();
      await rm(service.directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function ready(
  { command, isReady }: ServiceCommand,
  child: ChildProcess,
  printed: readonly string[],
): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  let failure = "";
  child.once("error", (error) => (failure = error.message));
  while (!(await isReady().catch(() => false))) {
    if (failure !== "" || child.exitCode !== null || Date.now() > limit)
      throw new Error(`${command} does not start: ${failure}\n${printed.join("").slice(-4_000)}`);
    await wait(100);
  }
}

/** Many servers refuse to run as root, so under root they run as nobody. */
export function asOrdinaryUser(): { readonly uid?: number; readonly gid?: number } {
  const nobody = 65_534;
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
}

/** A new folder that the user who runs services may write to. */
export async function serviceDirectory(name: string): Promise<string> {
  return handOver(await mkdtemp(join(tmpdir(), `${name}-`)));
}

/** A new folder in one of those. */
export async function directoryIn(directory: string, name: string): Promise<string> {
  await mkdir(join(directory, name));
  return handOver(join(directory, name));
}

async function handOver(directory: string): Promise<string> {
  const { uid, gid } = asOrdinaryUser();
  if (uid !== undefined && gid !== undefined) await chown(directory, uid, gid);
  return directory;
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether somebody listens on a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
