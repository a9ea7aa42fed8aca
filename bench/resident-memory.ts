import { readdir, readFile } from "node:fs/promises";

/**
 * The resident memory of a process and of the Node processes that it has started, in MB. Programs that come and go,
 * such as the stackwalker, are left out.
 */
export async function residentMegabytes(pid: number): Promise<number> {
  const statuses = await Promise.all(
    (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(statusOf),
  );
  const family = statuses.filter(
    (status) => status?.pid === pid || (status?.parent === pid && status.name.startsWith("node")),
  );
  return family.reduce((sum, status) => sum + (status?.residentKilobytes ?? 0), 0) / 1024;
}

interface Status {
  readonly name: string;
  readonly pid: number;
  readonly parent: number;
  readonly residentKilobytes: number;
}

/** Null for a process that has ended meanwhile. */
async function statusOf(name: string): Promise<Status | null> {
  const text = await readFile(`/proc/${name}/status`, "utf8").catch(() => null);
  if (text === null) return null;
  const line = (key: string) => new RegExp(`^${key}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
  return {
    name: line("Name"),
    pid: Number(name),
    parent: Number(line("PPid")),
    residentKilobytes: Number.parseInt(line("VmRSS") || "0", 10),
  };
}

/** By how much values grow per step, by least squares; 0 for fewer than two. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  if (spread === 0) return 0;
  return values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / spread;
}
