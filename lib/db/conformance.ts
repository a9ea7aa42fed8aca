import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newCrashId } from "#lib/core/crash-id";
import type { Database } from "./database";
import { failedCrashes, forgetFailedCrashes, noteFailedCrash } from "./failed-crashes";
import { missingSymbolsContract } from "./missing-symbols-conformance";
import { listProducts, noteProducts } from "./products";
import { signatureRedirectsContract } from "./signature-redirects-conformance";
import { firstAppearances, noteSightings } from "./signatures";

const day = (date: number) => new Date(Date.UTC(2026, 10, date));

/** What the database promises, wherever it is. `open` gives the same database each time, empty at first. */
export function databaseContract(name: string, open: () => Promise<Database>): void {
  describe(`the database, ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    it("applies migrations once: opening again applies none and keeps the rows", async () => {
      expect(database.applied).not.toHaveLength(0);
      await noteProducts(database, new Set(["Kestrel"]), day(1));
      await database.close();
      database = await open();
      expect(database.applied).toEqual([]);
      expect(await listProducts(database)).toMatchObject([{ name: "Kestrel" }]);
    });

    describe("products", () => {
      it("are made once, with the date of their first report", async () => {
        await noteProducts(database, new Set(["Heron", "Kestrel"]), day(2));
        await noteProducts(database, new Set(["Heron"]), day(3));
        const products = await listProducts(database);
        expect(products.map(({ name }) => name)).toEqual(["Heron", "Kestrel"]);
        expect(products[0]?.firstReportedAt).toEqual(day(2));
      });
    });

    describe("signatures", () => {
      it("keep the smallest build and the earliest date, whatever the order of the sightings", async () => {
        await noteSightings(database, [
          { signature: "a::b", build: 30n, date: day(5) },
          { signature: "a::b", build: 20n, date: day(7) },
          { signature: "no build", build: null, date: day(6) },
        ]);
        await noteSightings(database, [{ signature: "a::b", build: 40n, date: day(4) }]);
        await noteSightings(database, [{ signature: "no build", build: 9n, date: day(9) }]);
        const known = await firstAppearances(database, ["a::b", "no build", "never seen"]);
        expect([...known].sort((one, other) => one.signature.localeCompare(other.signature))).toEqual([
          { signature: "a::b", firstBuild: 20n, firstDate: day(4) },
          { signature: "no build", firstBuild: 9n, firstDate: day(6) },
        ]);
      });

      it("take text that looks like SQL or array syntax as it is", async () => {
        const signature = `{"'; DROP TABLE signature; --\\", NULL}`;
        await noteSightings(database, [{ signature, build: null, date: day(1) }]);
        expect(await firstAppearances(database, [signature])).toMatchObject([{ signature }]);
      });
    });

    missingSymbolsContract(() => database);
    signatureRedirectsContract(() => database);

    describe("failed crashes", () => {
      it("are counted, listed newest first, and forgotten when processed after all", async () => {
        const [older, newer] = [day(1), day(2)].map((failedAt) => ({
          crashId: newCrashId(day(1), crypto.randomUUID(), 0),
          attempts: 3,
          reason: "why",
          failedAt,
        }));
        if (!older || !newer) throw new Error("unreachable");
        await noteFailedCrash(database, older);
        await noteFailedCrash(database, newer);
        await noteFailedCrash(database, { ...newer, attempts: 4 });
        expect(await failedCrashes(database, 1)).toEqual({ total: 2, newest: [{ ...newer, attempts: 4 }] });
        await forgetFailedCrashes(database, [newer.crashId]);
        expect(await failedCrashes(database, 10)).toEqual({ total: 1, newest: [older] });
      });
    });
  });
}
