/** What row keys begin with, so that crashes of one day are spread over the servers. */
export const SALTS = Array.from("0123456789abcdef");

/** The row of a crash: salt, date, id. */
export function reportKey(ooid: string): string {
  return `${ooid.slice(0, 1)}${ooid.slice(-6)}${ooid}`;
}

/** The row of a crash or of a pair of hangs in an index by time: salt, time, id. */
export function timestampedKey(id: string, timestamp: string): string {
  return `${id.slice(0, 1)}${timestamp}${id}`;
}
