import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { TBinaryProtocol, TBufferedTransport, TFramedTransport, Thrift, type TProtocol } from "thrift";
import { carryOut, type HBaseState } from "./hbase-calls";
import { HBaseFault } from "./hbase-tables";
import type { ServiceProcess } from "./service-process";
import { readStruct } from "./thrift-values";

/**
 * HBase's Thrift interface over tables in memory, for tests: there is no HBase to be had that runs in a test. It takes
 * messages apart by what they say of themselves and shares no code with the client. Tables outlive `kill`, scanners do not.
 */
export interface HBaseThriftServer extends ServiceProcess {
  readonly port: number;
  /** What is to go wrong with the next call of a method. */
  breakNext(method: string, how: Breakage): void;
  /** How often each method was called. */
  readonly calls: ReadonlyMap<string, number>;
}

/** The connection ends before or after the call was carried out, nothing is ever answered, or HBase answers IOError. */
export type Breakage = "cut before" | "cut after" | "silence" | "IOError";

const EXCEPTION_FIELDS = { IOError: 1, IllegalArgument: 2, AlreadyExists: 3 } as const;

export async function startHBaseThriftServer(
  transport: "buffered" | "framed" = "buffered",
): Promise<HBaseThriftServer> {
  const state: HBaseState = { tables: new Map(), scanners: new Map() };
  const breakages = new Map<string, Breakage>();
  const calls = new Map<string, number>();
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;

  const onMessage = (socket: Socket, input: TBufferedTransport | TFramedTransport) => {
    const from = new TBinaryProtocol(input, true);
    const { fname, rseqid } = from.readMessageBegin();
    const args = readStruct(from);
    input.commitPosition();
    calls.set(fname, (calls.get(fname) ?? 0) + 1);
    const breakage = breakages.get(fname);
    breakages.delete(fname);
    if (breakage === "cut before") {
      socket.destroy();
      return;
    }
    const output = new TBinaryProtocol(
      new (transport === "framed" ? TFramedTransport : TBufferedTransport)(undefined, (message) => {
        if (message) socket.write(message);
      }),
    );
    const writeAnswer = () => {
      if (breakage === "IOError") throw new HBaseFault("IOError", "RegionTooBusyException: try later");
      return carryOut(fname, args, state);
    };
    writeReply(output, { name: fname, sequence: rseqid }, writeAnswer);
    if (breakage === "cut after") socket.destroy();
    else if (breakage !== "silence") output.flush();
  };

  const onConnection = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    const onTransport = (input: TBufferedTransport | TFramedTransport) => {
      try {
        for (;;) onMessage(socket, input);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "InputBufferUnderrunError") throw error;
        input.rollbackPosition();
      }
    };
    socket.on(
      "data",
      transport === "framed"
        ? TFramedTransport.receiver(onTransport, 0)
        : TBufferedTransport.receiver(onTransport, 0),
    );
  };
  const start = async () => {
    server = createServer(onConnection).listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  };
  const kill = async () => {
    const ending = server;
    server = null;
    if (!ending) return;
    state.scanners.clear();
    const ended = once(ending, "close");
    ending.close();
    for (const socket of sockets) socket.destroy();
    await ended;
  };
  await start();
  return { port, start, kill, remove: kill, breakNext: (method, how) => breakages.set(method, how), calls };
}

function writeReply(
  output: TProtocol,
  { name, sequence }: { readonly name: string; readonly sequence: number },
  carryOutCall: () => ((to: TProtocol) => void) | null,
): void {
  let answer: ((to: TProtocol) => void) | null;
  try {
    answer = carryOutCall();
  } catch (error) {
    if (!(error instanceof HBaseFault)) {
      output.writeMessageBegin(name, Thrift.MessageType.EXCEPTION, sequence);
      new Thrift.TApplicationException(undefined, String(error)).write(output);
      return;
    }
    answer = (to) => {
      to.writeFieldBegin("", Thrift.Type.STRUCT, EXCEPTION_FIELDS[error.kind]);
      to.writeFieldBegin("", Thrift.Type.STRING, 1);
      to.writeString(error.message);
      to.writeFieldStop();
    };
  }
  output.writeMessageBegin(name, Thrift.MessageType.REPLY, sequence);
  answer?.(output);
  output.writeFieldStop();
  output.writeMessageEnd();
}
