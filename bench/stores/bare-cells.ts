import { readFile } from "node:fs/promises";
import { Thrift, createClient, createConnection, TBinaryProtocol, TBufferedTransport } from "thrift";
import type { TProtocol, TTransport } from "thrift";
import { DUMPS_COLUMN, dumpColumn } from "#lib/hbase/dump-columns";
import { HBASE, type Method } from "#lib/hbase/hbase-service";
import { reportKey, timestampedKey } from "#lib/hbase/row-keys";
import { bool, structOf } from "#lib/hbase/thrift-codec";
import { MAIN_DUMP } from "#lib/core/crash";
import { rawCrash } from "./crashes";
import type { Bare, Store } from "./store";

const INDICES = [
  "crash_reports_index_submitted_time",
  "crash_reports_index_legacy_submitted_time",
  "crash_reports_index_unprocessed_flag",
  "crash_reports_index_legacy_unprocessed_flag",
];
/** Lengths of a time up to the minute, hour, day, month and year, and two sizes of queues. */
const COUNTED = [16, 13, 10, 7, 4, 0];
const COUNTERS = ["counters:submitted_crash_reports", "counters:submitted_crash_reports_legacy_throttle_0"];

/** The calls that Socorro's tables cannot do without: a look for what is there, four indices, twelve counters, one row. */
export function bareCells({ host, port }: Extract<Bare, { kind: "cells" }>, dump: string): Promise<Store> {
  const connection = createConnection(host, port, {
    transport: TBufferedTransport,
    protocol: TBinaryProtocol,
  });
  const stub = createClient(Stub, connection);
  const mutate = (tableName: string, key: string, cells: Readonly<Record<string, string | Buffer>>) =>
    stub.call(HBASE.mutateRow, {
      tableName,
      row: Buffer.from(key),
      mutations: Object.entries(cells).map(([column, value]) => ({
        isDelete: false,
        column,
        value: Buffer.from(value),
      })),
    });
  const read = (key: string, columns: readonly string[]) =>
    stub.call(HBASE.getRowWithColumns, { tableName: "crash_reports", row: Buffer.from(key), columns });

  return Promise.resolve({
    async save(id) {
      const raw = rawCrash(id);
      const submitted = raw.submitted_timestamp;
      await read(reportKey(id), [DUMPS_COLUMN]);
      const content = await readFile(dump);
      for (const index of INDICES) await mutate(index, timestampedKey(id, submitted), { "ids:ooid": id });
      await Promise.all(
        COUNTED.flatMap((length) =>
          COUNTERS.map((column) =>
            stub.call(HBASE.atomicIncrement, {
              tableName: "metrics",
              row: Buffer.from(submitted.slice(0, length) || "bare_queue"),
              column,
              value: 1,
            }),
          ),
        ),
      );
      await mutate("crash_reports", reportKey(id), {
        "flags:processed": "N",
        "flags:legacy_processing": "Y",
        "meta_data:json": JSON.stringify(raw),
        "timestamps:submitted": submitted,
        "ids:ooid": id,
        [DUMPS_COLUMN]: JSON.stringify({ [MAIN_DUMP]: [dumpColumn(MAIN_DUMP)] }),
        [dumpColumn(MAIN_DUMP)]: content,
      });
    },
    async get(id) {
      const raw = await read(reportKey(id), ["meta_data:json"]);
      await read(reportKey(id), [DUMPS_COLUMN]);
      return [raw, await read(reportKey(id), [dumpColumn(MAIN_DUMP)])];
    },
  });
}

type Callback = (error: Error | null, result?: unknown) => void;

/** What Thrift's compiler would make of the service: calls go out at once, answers come back by their number. */
class Stub {
  /** Here Thrift's connection finds who waits for an answer. */
  readonly _reqs: Record<number, Callback | undefined> = {};
  private sequence = 0;

  constructor(
    readonly output: TTransport,
    readonly pClass: new (transport: TTransport) => TProtocol,
  ) {
    for (const method of Object.values(HBASE))
      Object.defineProperty(this, `recv_${method.name}`, { value: this.receiver(method) });
  }

  call<A, R>(method: Method<A, R>, args: A): Promise<R> {
    this.sequence += 1;
    const { sequence } = this;
    return new Promise((resolve, reject) => {
      this._reqs[sequence] = (error, result) => (error ? reject(error) : resolve(result as R));
      const output = new this.pClass(this.output);
      output.writeMessageBegin(method.name, Thrift.MessageType.CALL, sequence);
      method.arguments.write(output, args);
      output.writeMessageEnd();
      this.output.flush();
    });
  }

  private receiver({ name, result }: Pick<Method<never, unknown>, "name" | "result">) {
    const answer = structOf({ success: [0, result ?? bool] });
    return (input: TProtocol, type: Thrift.MessageType, sequence: number) => {
      const read = answer.read(input);
      input.readMessageEnd();
      const failed = type === Thrift.MessageType.EXCEPTION;
      this._reqs[sequence]?.(failed ? new Error(`HBase refuses ${name}`) : null, read.success);
    };
  }
}
