import { beforeEach, describe, expect, it } from "vitest";
import { signaturesOfBugs } from "./bugs";
import type { Database } from "./database";
import { redirectsOf, saveRegrouping, type SignatureRedirect } from "./signature-redirects";

const redirect = (signature: string, newSignature: string, crashes = 1): SignatureRedirect => ({
  signature,
  newSignature,
  crashes,
  movedAll: true,
});
const at = new Date("2026-11-25T00:00:00Z");

/** What redirects from old signatures promise, wherever the database is. */
export function signatureRedirectsContract(opened: () => Database): void {
  describe("redirects of signatures", () => {
    beforeEach(async () => {
      await opened().client.signatureRedirect.deleteMany();
      await opened().client.bugAssociation.deleteMany();
      await opened().client.bugAssociation.createMany({ data: [{ bugId: 1, signature: "a" }] });
    });
    const save = (name: string, ...redirects: readonly SignatureRedirect[]) =>
      saveRegrouping(opened(), { name, redirects, at });
    const bug = async () => (await signaturesOfBugs(opened(), [1])).map(({ signature }) => signature);

    it("come with those that got most first, and are the same when they are told twice", async () => {
      const told = [redirect("a", "a | few"), redirect("a", "a | many", 5), redirect("z", "y")];
      expect(await save("one", ...told)).toBe(2);
      expect(await save("one", ...told)).toBe(0);
      const found = await redirectsOf(opened(), ["a"]);
      expect(found).toEqual([redirect("a", "a | many", 5), redirect("a", "a | few")]);
      expect(await bug()).toEqual(["a", "a | few", "a | many"]);
    });

    it("take no bug two steps, also when they are told twice", async () => {
      for (let time = 0; time < 2; time++) await save("one", redirect("a", "b"), redirect("b", "c"));
      expect(await bug()).toEqual(["a", "b"]);
    });

    it("never lead in a circle: a signature that gets crashes is not moved any more", async () => {
      await save("one", redirect("a", "b"));
      await save("two", redirect("b", "a"));
      expect(await redirectsOf(opened(), ["a", "b"])).toEqual([
        { ...redirect("a", "b"), movedAll: false },
        redirect("b", "a"),
      ]);
    });
  });
}
