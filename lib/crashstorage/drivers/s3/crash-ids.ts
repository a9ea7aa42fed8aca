import { crashIdDay, parseCrashId, type CrashId } from "#lib/core/crash-id";
import { crashKeys, type S3LayoutName } from "#lib/crashstorage/s3-layouts";
import type { Bucket } from "./bucket";

/** Whose keys: those of a layout, and what stands in front of them. */
export interface KeySpace {
  readonly layout: S3LayoutName;
  readonly root: string;
}

/**
 * The crashes of a day, or of all, by the keys of their raw crashes. A day costs one request in the layout `dated`, and
 * in the layout `entropy` one for each three characters that crash ids begin with.
 */
export async function* crashIdsIn(
  bucket: Bucket,
  { layout, root }: KeySpace,
  day: string | null,
): AsyncGenerator<CrashId, void> {
  if (layout === "dated") {
    yield* idsAt(bucket.list(`${root}v1/raw_crash/${day === null ? "" : `${day}/`}`));
    return;
  }
  if (day === null) yield* idsAt(bucket.list(`${root}v2/raw_crash/`));
  else
    for await (const folder of bucket.list(`${root}v2/raw_crash/`, { folders: true }))
      yield* idsAt(bucket.list(`${folder}${day}/`));
  for await (const id of idsAt(bucket.list(`${root}v1/raw_crash/`, { folders: true }))) {
    const [newer] = crashKeys(layout, id).raw;
    if ((day === null || crashIdDay(id) === day) && !(await bucket.has(root + newer))) yield id;
  }
}

async function* idsAt(keys: AsyncIterable<string>): AsyncGenerator<CrashId, void> {
  for await (const key of keys) {
    const id = parseCrashId(key.slice(key.lastIndexOf("/") + 1));
    if (id) yield id;
  }
}
