import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anonymous, PERMISSIONS, viewerWith } from "#lib/core/viewer";
import { failedCrashes, noteFailedCrash } from "#lib/db/failed-crashes";
import { sampleTask } from "#lib/queue/conformance";
import { quarantinePage } from "#lib/reports/quarantine";
import { openTestServices } from "#test/test-services";
import { actOnQuarantine } from "./quarantine";

const failedAt = new Date("2026-11-20T00:00:00Z");
const [first, second] = [sampleTask().id, sampleTask().id];
const allowed = viewerWith("analyst@example.com", ["reprocess_crashes"]);

let open: Awaited<ReturnType<typeof openTestServices>>;
beforeAll(async () => {
  open = await openTestServices();
});
afterAll(() => open.close());
beforeEach(async () => {
  for (const crashId of [first, second])
    await noteFailedCrash(open.services.database, { crashId, attempts: 3, reason: "a reason", failedAt });
});

const waiting = async () => (await open.services.queue.depths()).reprocessing.waiting;
const listed = async () => (await failedCrashes(open.services.database, 10)).total;

describe("crashes that were given up", () => {
  it("can be reprocessed by those who may, and stay listed until they are processed", async () => {
    const before = (await waiting()) ?? NaN;
    expect(
      await actOnQuarantine(open.services, allowed, {
        action: "reprocess",
        crashIds: [first, second, first],
      }),
    ).toBe(2);
    expect([await waiting(), await listed()]).toEqual([before + 2, 2]);
  });

  it("can be taken off the list by those who may", async () => {
    expect(await actOnQuarantine(open.services, allowed, { action: "remove", crashIds: [first] })).toBe(1);
    const { crashes, total, pages } = await quarantinePage(open.services.database, Number("nonsense"));
    expect([total, pages]).toEqual([1, 1]);
    expect(crashes).toEqual([
      { crashId: second, attempts: 3, reason: "a reason", failedAt: "2026-11-20T00:00:00+00:00" },
    ]);
  });

  it.each([
    ["anybody", anonymous],
    [
      "somebody with every other permission",
      viewerWith(
        "a@example.com",
        PERMISSIONS.filter((name) => name !== "reprocess_crashes"),
      ),
    ],
  ])("cannot be touched by %s", async (_, viewer) => {
    const before = await waiting();
    for (const action of ["reprocess", "remove"])
      await expect(
        actOnQuarantine(open.services, viewer, { action, crashIds: [first] }),
      ).rejects.toMatchObject({ code: "forbidden" });
    expect([await waiting(), await listed()]).toEqual([before, 2]);
  });

  it.each([
    ["shred", [first], '"shred" is no action. Accepted: reprocess, remove.'],
    ["remove", [first, "nonsense"], '"nonsense" is not a crash id.'],
  ])("stay as they are when %s %j is asked", async (action, crashIds, message) => {
    await expect(actOnQuarantine(open.services, allowed, { action, crashIds })).rejects.toThrow(message);
    expect(await listed()).toBe(2);
  });
});
