import { resolve } from "node:path";
import { refuse, type Composition } from "#lib/crashstorage/composition";
import type { FsStorageName } from "#lib/crashstorage/fs-layouts";

export interface FsPlan {
  readonly kind: "fs";
  readonly name: FsStorageName;
  /** Absolute. */
  readonly folder: string;
}

/** `NAME` or `NAME(FOLDER)`. Throws BadSetting. */
export function fsPlan(name: FsStorageName, { parts, options }: Composition, dataDirectory: string): FsPlan {
  if (parts.length > 1 || options.size > 0) throw refuse(`${name} takes one folder in brackets, or nothing`);
  const [folder] = parts;
  return {
    kind: "fs",
    name,
    folder: folder === undefined ? resolve(dataDirectory, "crashes") : resolve(folder),
  };
}
