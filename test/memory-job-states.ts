import { neverRun } from "#lib/crontabber/schedule";
import type { JobRunRecord, JobState, JobStates } from "#lib/db/crontabber";

/** States in memory, for tests that run jobs a hundred thousand times. `log` has every run that was kept. */
export function memoryJobStates(): JobStates & { readonly log: readonly JobRunRecord[] } {
  const states = new Map<string, { readonly state: JobState; readonly owner: string | null }>();
  const log: JobRunRecord[] = [];
  const current = (name: string) => states.get(name) ?? { state: neverRun(name), owner: null };
  return {
    log,
    list: () =>
      Promise.resolve(
        [...states.values()].map(({ state }) => state).sort((one, other) => (one.name < other.name ? -1 : 1)),
      ),
    take(name, { now, lockSeconds, owner }) {
      const { state } = current(name);
      const awayMs = state.ongoing ? Math.abs(now.getTime() - state.ongoing.getTime()) : Infinity;
      if (awayMs <= lockSeconds * 1000) return Promise.resolve(null);
      const taken = { state: { ...state, ongoing: now }, owner };
      states.set(name, taken);
      return Promise.resolve(taken);
    },
    keep({ state, owner }, run) {
      if (current(state.name).owner !== owner) return Promise.resolve(false);
      states.set(state.name, { state, owner });
      log.push(run);
      return Promise.resolve(true);
    },
    giveBack({ state: { name }, owner }) {
      const { state, owner: holder } = current(name);
      if (holder === owner) states.set(name, { state: { ...state, ongoing: null }, owner: null });
      return Promise.resolve();
    },
    reset: (name) => Promise.resolve(states.delete(name)),
    overwrite(state) {
      const { state: known, owner } = current(state.name);
      if (known.ongoing !== null) return Promise.resolve(false);
      states.set(state.name, { state, owner });
      return Promise.resolve(true);
    },
  };
}
