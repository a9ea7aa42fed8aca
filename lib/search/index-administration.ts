import type { CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";

/** One index of a search engine that has several. */
export interface IndexState {
  /** By which it is searched and written. */
  readonly name: string;
  /** What the server calls it: the name itself, or one with a generation behind it. */
  readonly index: string;
  readonly generation: number;
  /** `building`: what a run makes, or one that was broken off has left. */
  readonly state: "serving" | "building";
  readonly documents: number;
  readonly sizeBytes: number;
  /** Whether it was made with the mapping of today. */
  readonly mappingIsCurrent: boolean;
}

export interface Renewal {
  readonly signal: AbortSignal;
  readonly onProgress: (copied: number, total: number) => void;
}

/** What operators do with the indices of a search engine; only of an engine that has several. */
export interface IndexAdministration {
  /** All indices, the oldest first. */
  list(): Promise<readonly IndexState[]>;
  /** Makes those indices of all days from one moment to another that are not there. Returns the names of all. */
  create(from: Date, to: Date): Promise<readonly { readonly name: string; readonly isNew: boolean }[]>;
  /** The mapping of an index, null when it is not there; that which new indices get where no name is given. */
  mapping(name?: string): Promise<JsonObject | null>;
  /** What is indexed of a crash, protected parts included, and where; null when it is not. */
  document(id: CrashId): Promise<{ readonly index: string; readonly source: JsonObject } | null>;
  /**
   * Makes an index anew with the mapping of today, while it is searched and written. Begun again after it was killed, it
   * goes on where it was. False when the index is not there. Throws SearchUnavailable and StorageRefused.
   */
  renew(name: string, renewal: Renewal): Promise<boolean>;
  /** Deletes an index with all its generations, or what is being built of one. False when it is not there. */
  delete(name: string): Promise<boolean>;
  close(): Promise<void>;
}
