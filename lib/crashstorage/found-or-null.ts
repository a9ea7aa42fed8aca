import { hasCode } from "#lib/core/errors";

/** What a store has, or null where it answers CrashIdNotFound. Other errors stay errors. */
export async function foundOrNull<T>(getting: Promise<T>): Promise<T | null> {
  try {
    return await getting;
  } catch (error) {
    if (hasCode(error, "crash_id_not_found")) return null;
    throw error;
  }
}
