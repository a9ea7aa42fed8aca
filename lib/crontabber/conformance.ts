import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JobRunRecord, JobState, JobStates, TakenJob } from "#lib/db/crontabber";
import { neverRun } from "./schedule";

const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours));
const LOCK_SECONDS = 7200;
const wellRun: JobRunRecord = { startedAt: at(0), durationSeconds: 1.5, error: null };
const error = { type: "NameError", value: "doesnotexist", traceback: "at run (bar.ts:10)\nat main" };

/** What states of jobs promise, wherever they are kept. `open` gives states without any job. */
export function jobStatesContract(
  name: string,
  open: () => Promise<{ readonly states: JobStates; close(): Promise<void> }>,
): void {
  describe(`states of jobs, ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let states: JobStates;
    beforeAll(async () => {
      opened = await open();
      states = opened.states;
    }, 60_000);
    afterAll(() => opened.close());
    beforeEach(async () => {
      for (const state of await states.list()) await states.reset(state.name);
    });

    const take = (hours: number, owner: string = crypto.randomUUID()) =>
      states.take("foo", { now: at(hours), lockSeconds: LOCK_SECONDS, owner });
    const taken = async (hours: number): Promise<TakenJob> => {
      const job = await take(hours);
      if (!job) throw new Error("It could not be taken.");
      return job;
    };
    const stateOfFoo = async () => (await states.list()).find((state) => state.name === "foo");

    it("are empty for a job that never ran, and keep what a run found", async () => {
      const job = await taken(0);
      expect(job.state).toEqual({ ...neverRun("foo"), ongoing: at(0) });
      const after: JobState = {
        ...job.state,
        firstRun: at(0),
        lastRun: at(1),
        lastSuccess: at(2),
        nextRun: at(3),
        errorCount: 4,
        lastError: error,
      };
      expect(await states.keep({ ...job, state: after }, { ...wellRun, error })).toBe(true);
      expect(await states.list()).toEqual([after]);
      await states.giveBack(job);
      expect(await states.list()).toEqual([{ ...after, ongoing: null }]);
    });

    it("let one of many schedulers that want a job at once have it, until it is given back", async () => {
      const all = await Promise.all(Array.from({ length: 8 }, () => take(0)));
      const [holder, ...others] = all.filter((job) => job !== null);
      expect(others).toEqual([]);
      if (holder) await states.giveBack(holder);
      expect(await take(0)).not.toBeNull();
    });

    it.each([
      ["is taken over when its lock is older than it may be, days included", 24 * 3, true],
      ["is taken over when its lock comes from a clock that was ahead", -3, true],
      ["is left alone when its lock is as old as it may be", 2, false],
      ["is left alone by a scheduler whose clock is behind a little", -1, false],
    ])("a job that was left in the middle %s", async (_, hours, isTaken) => {
      await taken(10);
      expect((await take(10 + hours)) !== null).toBe(isTaken);
    });

    it("who was taken over from writes nothing any more", async () => {
      const late = await taken(0);
      const holder = await taken(3);
      expect(await states.keep({ ...late, state: { ...late.state, errorCount: 9 } }, wellRun)).toBe(false);
      await states.giveBack(late);
      expect(await stateOfFoo()).toEqual(holder.state);
    });

    it("are forgotten on request, and then nobody's taking counts", async () => {
      const job = await taken(0);
      expect(await states.reset("foo")).toBe(true);
      expect(await states.reset("foo")).toBe(false);
      expect(await states.keep(job, wellRun)).toBe(false);
      expect(await states.list()).toEqual([]);
    });

    it("can be written by hand, but not while the job runs", async () => {
      const job = await taken(0);
      const byHand = { ...job.state, ongoing: null, lastSuccess: at(5) };
      expect(await states.overwrite(byHand)).toBe(false);
      await states.giveBack(job);
      expect(await states.overwrite(byHand)).toBe(true);
      expect(await stateOfFoo()).toEqual(byHand);
    });
  });
}
