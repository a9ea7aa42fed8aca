import type { SearchDocument } from "#lib/fields/document";

/** Puts documents into the search index, many at a time. */
export interface Indexer {
  /** Resolves when the document is found by search; throws what the index threw. */
  add(document: SearchDocument): Promise<void>;
}

const MAXIMUM_BATCH = 500;

interface Waiting {
  readonly document: SearchDocument;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Batches what comes while the previous batch is written: a lone document is indexed at once, and
 * under load one write serves many.
 */
export function createIndexer(write: (documents: readonly SearchDocument[]) => Promise<void>): Indexer {
  const waiting: Waiting[] = [];
  let writing = false;

  const flush = async () => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAXIMUM_BATCH);
      try {
        await write(batch.map(({ document }) => document));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  };

  return {
    add: (document) =>
      new Promise((resolve, reject) => {
        waiting.push({ document, resolve, reject });
        if (!writing) void flush();
      }),
  };
}
