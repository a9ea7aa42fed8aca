import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inheritedEnvironment } from "#lib/config/config";
import type { FsStorageName } from "#lib/crashstorage/fs-layouts";
import { S3_KEYS, startS3Gateway } from "#test/services/s3-gateway";
import type { Measurement } from "./measurement";
import type { StoreFigures, StoreOrder } from "./store-process";
import { withDirectory } from "./workplace";

const DUMP_BYTES = 400_000;

/** A store that is measured, beside the same work by the bare library below it. */
interface MeasuredStore {
  /** What CRASHSTORAGE says. */
  readonly setting: string;
  readonly bare: StoreOrder["bare"];
}

/** Saves and gets of crashes with dumps of 400 kB, each store and each bare library in a process of its own. */
export async function measureStorage(count: number): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    const dump = join(directory, "dump");
    await writeFile(dump, randomBytes(DUMP_BYTES));
    const gateway = await startS3Gateway();
    const { endpoint, bucket } = gateway;
    const fs = (name: FsStorageName): MeasuredStore => ({
      setting: `${name}(${join(directory, name)})`,
      bare: { kind: "files", directory: join(directory, `bare-${name}`), name },
    });
    /** A store with a server is one more line, with a kind of bare work in store-process.ts. */
    const stores: Readonly<Record<string, MeasuredStore>> = {
      "fs-permanent": fs("fs-permanent"),
      "fs-radix-tree": fs("fs-radix-tree"),
      "fs-dated-radix-tree": fs("fs-dated-radix-tree"),
      s3: {
        setting: `s3(bucket=${bucket}, prefix=bench, endpoint=${endpoint}, region=us-east-1)`,
        bare: { kind: "s3", endpoint, bucket },
      },
    };
    try {
      const measured: Measurement[] = [];
      for (const [name, { setting, bare }] of Object.entries(stores)) {
        const bareFigures = await measureIn({ bare, setting: null, dump, count });
        const figures = await measureIn({ bare, setting, dump, count });
        measured.push(...rows(name, figures, bareFigures));
      }
      return measured;
    } finally {
      await gateway.remove();
    }
  });
}

function rows(name: string, store: StoreFigures, bare: StoreFigures): readonly Measurement[] {
  const compared = (what: string, value: number, bareValue: number, unit: string) => [
    { what: `${name}, ${what}`, value, unit },
    { what: `${name}, ${what}, bare library`, value: bareValue, unit },
  ];
  return [
    ...compared("saves", store.saves, bare.saves, "crashes/s"),
    { what: `${name}, saves, of bare`, value: store.saves / bare.saves, unit: "×" },
    ...compared("gets", store.gets, bare.gets, "crashes/s"),
    { what: `${name}, gets, of bare`, value: store.gets / bare.gets, unit: "×" },
    ...compared("peak memory", store.peakMegabytes, bare.peakMegabytes, "MB"),
  ];
}

/** A process of its own, since the peak of a process's memory is for all that ran in it. */
async function measureIn(order: StoreOrder): Promise<StoreFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, "store-process.ts"), JSON.stringify(order)],
    { env: { NODE_ENV: "production", ...inheritedEnvironment(), ...S3_KEYS } },
  );
  return JSON.parse(stdout) as StoreFigures;
}
