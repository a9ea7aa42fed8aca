/**
 * Lets so many at a time begin, the others in the order in which they came. Resolves, when it is the caller's turn, with
 * what ends it; throws the signal's reason where that comes first.
 */
export function takingTurns(most: number): (signal: AbortSignal) => Promise<() => void> {
  let free = most;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (signal) => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return leave;
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener("abort", give);
        resolve();
      };
      const give = () => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      waiting.push(begin);
      signal.addEventListener("abort", give, { once: true });
    });
    return leave;
  };
}
