import { LRUCache } from "lru-cache";
import { sharedWork, type SharedWork } from "./shared-work";

/** How an answer is kept. */
export interface Keeping<T> {
  /** How long it is given to others who ask the same. */
  readonly seconds: number;
  /** Answers that are not worth keeping, such as incomplete ones, are made anew for the next asker. */
  readonly isKept?: (answer: T) => boolean;
  /** Aborted when the asker goes away. */
  readonly signal?: AbortSignal | undefined;
}

/** Answers that were given a short time ago, in memory. */
export interface AnswerCache {
  /**
   * The answer that is kept under a key, or else the one that `make` gives, which is plain JSON. Of those who ask the
   * same at the same time only the first has it made; it is given up when nobody waits for it any more.
   */
  answer<T>(key: string, keeping: Keeping<T>, make: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Forgets all answers. Those being made go to whoever waits for them already, and to nobody else. */
  clear(): void;
}

export interface AnswerCacheOptions {
  /** Most memory that answers may take. 0: nothing is kept, and everybody has their own answer made. */
  readonly sizeBytes: number;
  /** In milliseconds; that of the process unless given. */
  readonly clock?: () => number;
}

/** One answer takes no more than this part of the cache, so that it does not push all others out. */
const LARGEST_PART = 1 / 8;
const BYTES_PER_CHARACTER = 2;

export function answerCache({ sizeBytes, clock = () => performance.now() }: AnswerCacheOptions): AnswerCache {
  if (sizeBytes === 0) return keepsNothing;
  // As text, an answer has a size that is known, and nobody can change it for the next one.
  const kept = new LRUCache<string, string>({
    maxSize: sizeBytes,
    maxEntrySize: Math.ceil(sizeBytes * LARGEST_PART),
    sizeCalculation: (text, key) => (text.length + key.length) * BYTES_PER_CHARACTER,
    ttlResolution: 0,
    perf: { now: clock },
  });
  let inWork = new Map<string, SharedWork<unknown>>();

  return {
    async answer<T>(key: string, keeping: Keeping<T>, make: (signal: AbortSignal) => Promise<T>) {
      const { seconds, isKept = () => true, signal } = keeping;
      signal?.throwIfAborted();
      const text = kept.get(key);
      if (text !== undefined) return JSON.parse(text) as T;
      const others = inWork.get(key) as SharedWork<T> | undefined;
      if (others) return others.wait(signal);
      const among = inWork;
      const work = sharedWork(
        async (stop) => {
          const answer = await make(stop);
          if (among === inWork && isKept(answer))
            kept.set(key, JSON.stringify(answer), { ttl: seconds * 1000 });
          return answer;
        },
        () => {
          if (among.get(key) === work) among.delete(key);
        },
      );
      among.set(key, work);
      return work.wait(signal);
    },
    clear() {
      kept.clear();
      inWork = new Map();
    },
  };
}

const keepsNothing: AnswerCache = {
  answer: (_key, { signal = new AbortController().signal }, make) => make(signal),
  clear: () => undefined,
};
