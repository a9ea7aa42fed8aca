import { beforeEach, describe, expect, it } from "vitest";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import type { Database } from "./database";
import {
  crashesWaitingFor,
  forgetMissingSymbols,
  missingSymbols,
  noteMissingSymbols,
  type BlindCrash,
  type MissingSymbolsQuery,
} from "./missing-symbols";

const module = (name: string, digit = "A") => ({
  filename: `${name}.dll`,
  debugFile: `${name}.pdb`,
  debugId: digit.repeat(32) + "1",
});
const newId = () => newCrashId(new Date("2026-11-01"), crypto.randomUUID(), 0);
const blind = (crashId: CrashId, facts: Partial<BlindCrash>): BlindCrash => ({
  crashId,
  signature: "s",
  product: "Kestrel",
  version: "1.0",
  date: "2026-11-01T00:00:00.000005+00:00",
  modules: [],
  ...facts,
});

/** What the ledger of missing symbols promises, wherever the database is. */
export function missingSymbolsContract(opened: () => Database): void {
  describe("missing symbols", () => {
    beforeEach(async () => {
      await opened().client.missingSymbols.deleteMany();
    });
    const ranking = async (query: Partial<MissingSymbolsQuery> = {}) =>
      missingSymbols(opened(), { order: "crashes", product: null, offset: 0, limit: 10, ...query });
    const counts = async (query: Partial<MissingSymbolsQuery> = {}) => {
      const { modules } = await ranking(query);
      return modules.map(({ filename, crashes, signatures }) => [filename, crashes, signatures]);
    };

    it("are ranked by how many crashes or signatures they hide, with dates and versions", async () => {
      const [often, varied] = [module("often"), module("varied")];
      await noteMissingSymbols(opened(), [
        blind(newId(), { modules: [often, varied], signature: "a", version: "1.0" }),
        blind(newId(), { modules: [often], signature: "a", version: "2.0", date: "2026-11-03T00:00:00Z" }),
        blind(newId(), { modules: [often], signature: "a", version: "" }),
        blind(newId(), { modules: [varied], signature: "b", product: "Heron", version: "7" }),
      ]);
      expect(await ranking({ limit: 1 })).toEqual({
        total: 2,
        modules: [
          {
            ...often,
            crashes: 3,
            signatures: 1,
            firstSeen: new Date("2026-11-01T00:00:00Z"),
            lastSeen: new Date("2026-11-03T00:00:00Z"),
            versions: ["2.0", "1.0"],
          },
        ],
      });
      expect(await counts({ order: "signatures" })).toEqual([
        ["varied.dll", 2, 2],
        ["often.dll", 3, 1],
      ]);
      expect((await ranking({ offset: 1, limit: 1 })).modules).toMatchObject([{ versions: ["7", "1.0"] }]);
      expect(await ranking({ product: "Heron" })).toMatchObject({
        total: 1,
        modules: [{ filename: "varied.dll", crashes: 1, versions: ["7"] }],
      });
    });

    it("count a crash once, however often and in whatever batches it is told", async () => {
      const id = newId();
      const crash = blind(id, { modules: [module("a"), module("b")] });
      await noteMissingSymbols(opened(), [crash]);
      await Promise.all([
        noteMissingSymbols(opened(), [crash]),
        noteMissingSymbols(opened(), [crash, crash]),
      ]);
      expect(await counts()).toEqual([
        ["a.dll", 1, 1],
        ["b.dll", 1, 1],
      ]);
    });

    it("are those of the last processing: other modules replace them, none takes the crash out", async () => {
      const [id, other] = [newId(), newId()];
      await noteMissingSymbols(opened(), [
        blind(id, { modules: [module("a"), module("b")] }),
        blind(other, { modules: [module("a")] }),
      ]);
      await noteMissingSymbols(opened(), [
        blind(id, { modules: [module("a")] }),
        blind(id, { modules: [module("c")], signature: "new" }),
      ]);
      expect(await counts()).toEqual([
        ["a.dll", 1, 1],
        ["c.dll", 1, 1],
      ]);
      await noteMissingSymbols(opened(), [blind(id, {}), blind(other, {})]);
      expect(await ranking()).toEqual({ total: 0, modules: [] });
    });

    it("name the crashes that wait for a module, each once, and no others", async () => {
      const [one, two, three] = [newId(), newId(), newId()].sort() as [CrashId, CrashId, CrashId];
      await noteMissingSymbols(opened(), [
        blind(one, { modules: [module("a"), module("b")] }),
        blind(two, { modules: [module("b")] }),
        blind(three, { modules: [module("a", "B"), module("c")] }),
      ]);
      const waiting = (names: readonly string[], after = "", limit = 10) =>
        crashesWaitingFor(
          opened(),
          names.map((name) => module(name)),
          { after, limit },
        );
      expect(await waiting(["a", "b"])).toEqual([one, two]);
      expect(await waiting(["a", "b"], "", 1)).toEqual([one]);
      expect(await waiting(["a", "b"], one)).toEqual([two]);
      expect(await waiting(["a"])).toEqual([one]);
      expect(await waiting([])).toEqual([]);
      expect(await forgetMissingSymbols(opened(), [one])).toBe(2);
      expect(await waiting(["a", "b"])).toEqual([two]);
    });

    it("take any name that a dump can give", async () => {
      const odd = { ...module("a"), filename: `{"'; DROP TABLE missing_symbols; --\\", NULL}` };
      await noteMissingSymbols(opened(), [blind(newId(), { modules: [odd], version: "" })]);
      expect((await ranking()).modules).toMatchObject([{ filename: odd.filename, versions: [] }]);
    });
  });
}
