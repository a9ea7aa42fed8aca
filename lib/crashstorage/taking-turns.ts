/** Runs work on the same key one after the other, and work on different keys at once. */
export type TakingTurns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Turns for those who write the same crash in one process: parts that a store cannot replace in one step then come from
 * one writer all the same.
 */
export function takingTurns(): TakingTurns {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    last.set(key, turn);
    const forget = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(forget, forget);
    return turn;
  };
}
