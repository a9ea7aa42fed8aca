/** Work that several wait for. */
export interface SharedWork<T> {
  /** Its result. An aborted signal ends the waiting of this one alone, with the signal's reason. */
  wait(signal?: AbortSignal): Promise<T>;
}

/** Begins work that is aborted when nobody waits for it any more. `onLeft` is called then, also after its end. */
export function sharedWork<T>(begin: (signal: AbortSignal) => Promise<T>, onLeft: () => void): SharedWork<T> {
  const stop = new AbortController();
  const result = begin(stop.signal);
  let waiting = 0;
  return {
    async wait(signal) {
      waiting += 1;
      try {
        return await (signal ? unlessAborted(result, signal) : result);
      } finally {
        waiting -= 1;
        if (waiting === 0) {
          onLeft();
          stop.abort();
        }
      }
    },
  };
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason as Error);
    };
    const forget = () => {
      signal.removeEventListener("abort", leave);
    };
    signal.addEventListener("abort", leave, { once: true });
    result.finally(forget).then(resolve, reject);
  });
}
