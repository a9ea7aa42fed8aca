import type { CrashId } from "#lib/core/crash-id";
import type { FsStorageName } from "#lib/crashstorage/fs-layouts";

/** Something that keeps a crash under its id and gives back what it keeps. */
export interface Store {
  readonly save: (id: CrashId) => Promise<unknown>;
  readonly get: (id: CrashId) => Promise<unknown>;
}

/** The client library below a store, and where it works. */
export type Bare =
  | { readonly kind: "files"; readonly directory: string; readonly name: FsStorageName }
  | { readonly kind: "objects"; readonly endpoint: string; readonly bucket: string }
  | { readonly kind: "rows"; readonly url: string }
  | { readonly kind: "documents"; readonly url: string; readonly index: string }
  | { readonly kind: "cells"; readonly host: string; readonly port: number };

/** What a process of its own is to measure. */
export interface StoreOrder {
  /** What CRASHSTORAGE says; null for the bare library. */
  readonly setting: string | null;
  readonly bare: Bare;
  /** The file of a dump. */
  readonly dump: string;
  readonly count: number;
}

/** Crashes per second, and the most memory that the process had. */
export interface StoreFigures {
  readonly saves: number;
  readonly gets: number;
  readonly peakMegabytes: number;
}
