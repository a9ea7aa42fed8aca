import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { TBinaryProtocol, TBufferedTransport, TFramedTransport, Thrift, type TProtocol } from "thrift";
import type { Method } from "./hbase-service";
import { bool, structOf, text } from "./thrift-codec";

/** How messages lie on the wire; it has to be what the server was started with. */
const TRANSPORTS = { buffered: TBufferedTransport, framed: TFramedTransport } as const;

export type TransportName = keyof typeof TRANSPORTS;

export interface ThriftAddress {
  readonly host: string;
  readonly port: number;
  readonly transport: TransportName;
  /** For connecting, and for each answer. */
  readonly timeoutSeconds: number;
}

/** A connection that has one call at a time on its way. */
export interface ThriftConnection {
  /** Throws TransportFailed, after which the connection is closed, or ServerException. */
  call<A, R>(method: Method<A, R>, args: A): Promise<R>;
  readonly isOpen: boolean;
  close(): void;
}

/** Nothing is known about what became of the call. */
export class TransportFailed extends Error {
  override readonly name = "TransportFailed";
}

const EXCEPTIONS = ["IOError", "IllegalArgument", "AlreadyExists"] as const;

/** The server answered with an exception; `Unknown` when it is none of the method's own. */
export class ServerException extends Error {
  override readonly name = "ServerException";
  constructor(
    readonly kind: (typeof EXCEPTIONS)[number] | "Unknown",
    message: string,
  ) {
    super(message);
  }
}

/** What is done with the bytes of the answer that is waited for; null between calls. */
interface Waiting {
  receive: ((from: TProtocol) => void) | null;
}

/** Throws TransportFailed when nobody answers in time. */
export async function connectThrift(address: ThriftAddress): Promise<ThriftConnection> {
  const { host, port, transport, timeoutSeconds } = address;
  const socket = connect({ host, port, noDelay: true });
  await connected(socket, timeoutSeconds);
  const waiting: Waiting = { receive: null };
  let sequence = 0;
  socket.on("data", receiver(transport, socket, waiting));

  const send = <A>({ name, arguments: wire }: Method<A, unknown>, args: A) => {
    const output = new TBinaryProtocol(
      new TRANSPORTS[transport](undefined, (message) => {
        if (message) socket.write(message);
      }),
    );
    output.writeMessageBegin(name, Thrift.MessageType.CALL, sequence);
    wire.write(output, args);
    output.writeMessageEnd();
    output.flush();
  };

  return {
    call(method, args) {
      if (socket.destroyed) return Promise.reject(new TransportFailed(CLOSED));
      sequence += 1;
      send(method, args);
      return answered(socket, waiting, timeoutSeconds, (from) => readAnswer(from, method, sequence));
    },
    get isOpen() {
      return !socket.destroyed && socket.writable;
    },
    close: () => socket.destroy(),
  };
}

const CLOSED = "the connection was closed";

async function connected(socket: Socket, timeoutSeconds: number): Promise<void> {
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  } catch (cause) {
    socket.destroy();
    throw new TransportFailed(messageOf(cause), { cause });
  } finally {
    // Whoever waits for an answer listens too; between calls a broken connection is only found to be closed.
    socket.on("error", () => undefined);
  }
}

/** Offers every part of an answer as it comes. One that is not complete yet is read again with the next part. */
function receiver(transport: TransportName, socket: Socket, waiting: Waiting): (data: Buffer) => void {
  const offer = (input: TBufferedTransport | TFramedTransport) => {
    try {
      if (!waiting.receive) throw new Error("nobody asked for it");
      waiting.receive(new TBinaryProtocol(input, true));
      input.commitPosition();
    } catch (cause) {
      if (cause instanceof Error && cause.name === "InputBufferUnderrunError") input.rollbackPosition();
      else socket.destroy(new Error(`the answer cannot be read: ${messageOf(cause)}`, { cause }));
    }
  };
  return transport === "framed" ? TFramedTransport.receiver(offer, 0) : TBufferedTransport.receiver(offer, 0);
}

/** Waits for an answer, and closes the connection when none comes in time: a late one would be taken for the next. */
function answered<R>(
  socket: Socket,
  waiting: Waiting,
  timeoutSeconds: number,
  read: (from: TProtocol) => R,
): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer within ${timeoutSeconds} s`)),
      timeoutSeconds * 1000,
    );
    const end = () => {
      clearTimeout(timer);
      socket.off("error", fail).off("close", fail);
      waiting.receive = null;
    };
    const fail = (cause: Error | boolean) => {
      end();
      reject(
        cause instanceof Error ? new TransportFailed(cause.message, { cause }) : new TransportFailed(CLOSED),
      );
    };
    socket.on("error", fail).on("close", fail);
    waiting.receive = (from) => {
      try {
        const result = read(from);
        end();
        resolve(result);
      } catch (error) {
        if (!(error instanceof ServerException)) throw error;
        end();
        reject(error);
      }
    };
  });
}

type Answered<R> = Pick<Method<never, R>, "name" | "result">;

const failure = structOf({ message: [1, text] });

/** Throws ServerException for an answer that is one. */
function readAnswer<R>(from: TProtocol, method: Answered<R>, sequence: number): R {
  const { fname, mtype, rseqid } = from.readMessageBegin();
  if (mtype === Thrift.MessageType.EXCEPTION)
    throw new ServerException("Unknown", failure.read(from).message ?? "no reason given");
  if (fname !== method.name || rseqid !== sequence)
    throw new Error(`it is number ${rseqid} of ${fname}, not ${sequence} of ${method.name}`);
  const answer = answerOf(method).read(from);
  from.readMessageEnd();
  for (const kind of EXCEPTIONS) {
    const thrown = answer[kind];
    if (thrown) throw new ServerException(kind, thrown.message ?? "no reason given");
  }
  if (method.result !== null && answer.success === undefined) throw new Error("it has no result");
  return answer.success as R;
}

/** Every method numbers its exceptions alike. */
function answerOf<R>({ result }: Answered<R>) {
  return structOf({
    success: [0, result ?? bool],
    IOError: [1, failure],
    IllegalArgument: [2, failure],
    AlreadyExists: [3, failure],
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
