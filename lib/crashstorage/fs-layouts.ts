/** How a file system storage lays out its folders. */
export interface FsLayout {
  /** Each crash has a directory of its own; else those with the same first characters share one. */
  readonly ownDirectory: boolean;
  /** Beside the tree of names there is one of dates, which says which crashes are new. */
  readonly dated: boolean;
}

/** The file system storages of Socorro by their names here. */
export const FS_LAYOUTS = {
  "fs-permanent": { ownDirectory: false, dated: false },
  "fs-radix-tree": { ownDirectory: true, dated: false },
  "fs-dated-radix-tree": { ownDirectory: true, dated: true },
  "fs-legacy-radix-tree": { ownDirectory: false, dated: false },
  "fs-legacy-dated-radix-tree": { ownDirectory: false, dated: true },
} as const satisfies Readonly<Record<string, FsLayout>>;

export type FsStorageName = keyof typeof FS_LAYOUTS;
