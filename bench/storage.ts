import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inheritedEnvironment } from "#lib/config/config";
import { FS_LAYOUTS, type FsStorageName } from "#lib/crashstorage/fs-layouts";
import { S3_LAYOUTS } from "#lib/crashstorage/s3-layouts";
import { indexNames } from "#lib/elasticsearch/index-names";
import { hbaseClient } from "#lib/hbase/hbase-client";
import { createTables } from "#lib/hbase/socorro-tables";
import { startElasticsearch } from "#test/services/elasticsearch";
import { startHBaseThriftServer } from "#test/services/hbase-thrift-server";
import { startPostgresql } from "#test/services/postgresql";
import { S3_KEYS, startS3Gateway } from "#test/services/s3-gateway";
import type { ServiceProcess } from "#test/services/service-process";
import { percentile, type Measurement } from "./measurement";
import type { Bare, StoreFigures, StoreOrder } from "./stores/store";
import { withDirectory } from "./workplace";

const DUMP_BYTES = 400_000;

/** Store and bare library take turns so often, so that what else the machine does meets both. */
const ROUNDS = 3;

/** A store that is measured, beside the same work by the bare library below it. */
interface MeasuredStore {
  /** What CRASHSTORAGE says. */
  readonly setting: string;
  readonly bare: Bare;
}

/** Saves and gets of crashes with dumps of 400 kB, each store and each bare library in a process of its own. */
export async function measureStorage(count: number): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const dump = join(directory, "dump");
    await writeFile(dump, randomBytes(DUMP_BYTES));
    const measured: Measurement[] = [];
    for (const open of [fileSystems(directory), inObjects, inRows, inDocuments, inCells])
      await open(async (stores) => {
        for (const [name, store] of Object.entries(stores))
          measured.push(...(await measure(name, store, { dump, count: Math.ceil(count / ROUNDS) })));
      });
    return measured;
  });
}

/** Does something with stores, while their server runs. */
type Opening = (work: (stores: MeasuredStores) => Promise<void>) => Promise<void>;

type MeasuredStores = Readonly<Record<string, MeasuredStore>>;

function fileSystems(directory: string): Opening {
  const names = Object.keys(FS_LAYOUTS) as FsStorageName[];
  const stores = names.map((name) => [
    name,
    {
      setting: `${name}(${join(directory, name)})`,
      bare: { kind: "files", directory: join(directory, `bare-${name}`), name },
    } as const,
  ]);
  return (work) => work(Object.fromEntries(stores) as MeasuredStores);
}

const inObjects: Opening = (work) =>
  during(startS3Gateway(), ({ endpoint, bucket }) => {
    const stores = Object.keys(S3_LAYOUTS).map((layout) => [
      `s3, ${layout}`,
      {
        setting: `s3(bucket=${bucket}, prefix=bench, endpoint=${endpoint}, region=us-east-1, layout=${layout})`,
        bare: { kind: "objects", endpoint, bucket } as const,
      },
    ]);
    return work(Object.fromEntries(stores) as MeasuredStores);
  });

const inRows: Opening = (work) =>
  during(startPostgresql(), ({ url }) =>
    work({ postgresql: { setting: `postgresql(url=${url}, dumps=yes)`, bare: { kind: "rows", url } } }),
  );

/** Processed crashes: this store keeps no others. */
const inDocuments: Opening = (work) =>
  during(startElasticsearch(), ({ url }) =>
    work({
      elasticsearch: {
        setting: `elasticsearch(url=${url}, index=bench%Y%W)`,
        bare: { kind: "documents", url, index: indexNames("bench%Y%W").at(new Date().toISOString()) },
      },
    }),
  );

const inCells: Opening = (work) =>
  during(startHBaseThriftServer(), async ({ port }) => {
    const host = "127.0.0.1";
    const client = hbaseClient({
      host,
      port,
      timeoutSeconds: 5,
      transport: "buffered",
      retryDelaySeconds: 1,
    });
    await createTables(client);
    client.close();
    await work({
      hbase: { setting: `hbase(host=${host}, port=${port})`, bare: { kind: "cells", host, port } },
    });
  });

async function during<S extends Pick<ServiceProcess, "remove">>(
  starting: Promise<S>,
  work: (service: S) => Promise<void>,
): Promise<void> {
  const service = await starting;
  try {
    await work(service);
  } finally {
    await service.remove();
  }
}

async function measure(
  name: string,
  { setting, bare }: MeasuredStore,
  order: Pick<StoreOrder, "dump" | "count">,
): Promise<readonly Measurement[]> {
  const [ours, bares]: [StoreFigures[], StoreFigures[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measureIn({ ...order, bare, setting }));
    bares.push(await measureIn({ ...order, bare, setting: null }));
  }
  const both = (of: (figures: StoreFigures) => number) =>
    [percentile(ours.map(of), 0.5), percentile(bares.map(of), 0.5)] as const;
  return [
    ...rows(
      `${name}, saves`,
      "crashes/s",
      both(({ saves }) => saves),
    ),
    ...rows(
      `${name}, gets`,
      "crashes/s",
      both(({ gets }) => gets),
    ),
    ...rows(
      `${name}, peak memory`,
      "MB",
      both(({ peakMegabytes }) => peakMegabytes),
    ),
  ];
}

function rows(what: string, unit: string, [store, bare]: readonly [number, number]): readonly Measurement[] {
  return [
    { what, value: store, unit },
    { what: `${what}, bare library`, value: bare, unit },
    { what: `${what}, of bare`, value: store / bare, unit: "×" },
  ];
}

/** A process of its own, since the peak of a process's memory is for all that ran in it. */
async function measureIn(order: StoreOrder): Promise<StoreFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, "stores", "process.ts"), JSON.stringify(order)],
    { env: { NODE_ENV: "production", ...inheritedEnvironment(), ...S3_KEYS } },
  );
  return JSON.parse(stdout) as StoreFigures;
}
