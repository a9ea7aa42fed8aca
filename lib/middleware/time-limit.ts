import { createContext, Script } from "node:vm";

const context = createContext({});
const script = new Script("work()");

/**
 * What `work` returns, which must not wait for anything; null when it took longer. It is ended in the middle, also of a
 * regular expression that would never end.
 */
export function withinTime<T>(milliseconds: number, work: () => T): { readonly result: T } | null {
  context.work = work;
  try {
    return { result: script.runInContext(context, { timeout: milliseconds }) as T };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    throw error;
  } finally {
    context.work = null;
  }
}
