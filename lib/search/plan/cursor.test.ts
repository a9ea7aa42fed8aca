import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anonymous } from "#lib/core/viewer";
import { decodeCursor, encodeCursor, orderOf } from "./cursor";
import { parseSearch } from "./parameters";
import type { Sort } from "./plan";

const sort: readonly Sort[] = [
  { field: "signature", descending: false },
  { field: "uptime", descending: true },
];
const order = orderOf({ sort });
const ID = "00000001-f7d1-4bc7-8000-0006c0261124";
const DATE = "2026-11-24T11:00:00.000001+00:00";
const place = ["Größe 😀", null, DATE, ID] as const;

describe("a cursor", () => {
  it("stands for a place in an order, and holds nothing else", () => {
    const cursor = encodeCursor(order, place);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, order)).toEqual(place);
    expect(JSON.parse(Buffer.from(cursor, "base64url").toString())).toEqual([
      1,
      ["signature", "-uptime", "-date", "uuid"],
      place,
    ]);
  });

  it.each([
    ["of another order", encodeCursor(orderOf({ sort: [] }), [DATE, ID]), "it is of another order than"],
    ["with a value of another type", encodeCursor(order, [5, 5, DATE, ID]), "it has been changed"],
    ["with a number that is none", encodeCursor(order, ["a", "5", DATE, ID]), "it has been changed"],
    ["with a number beyond all", encodeCursor(order, ["a", 1e300, DATE, ID]), "it has been changed"],
    ["to what is no crash", encodeCursor(order, ["a", 5, DATE, "x"]), "it has been changed"],
    ["without a date", encodeCursor(order, ["a", 5, null, ID]), "it has been changed"],
    ["too short", encodeCursor(order, ["a", 5, DATE]), "it has been changed"],
    ["of nonsense", "nonsense!", "take it from next_cursor"],
  ])("%s is refused", (_, cursor, message) => {
    expect(() => decodeCursor(cursor, order)).toThrow(message);
  });

  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.base64String()), (text) => {
        expect(() => decodeCursor(text, order)).toThrow(expect.objectContaining({ status: 400 }) as Error);
      }),
    );
  });

  it("by a field the viewer may not see is of another order than theirs", () => {
    const hidden = orderOf({ sort: [{ field: "url", descending: false }] });
    const cursor = encodeCursor(hidden, ["https://secret", DATE, ID]);
    const asked = new Map([
      ["_sort", ["url"]],
      ["_cursor", [cursor]],
    ]);
    const options = { now: new Date("2026-11-24"), mode: "public" } as const;
    expect(() => parseSearch(asked, { ...options, viewer: anonymous })).toThrow("than -date, uuid;");
    const analyst = { email: null, can: () => true };
    expect(parseSearch(asked, { ...options, viewer: analyst }).plan.after).toEqual([
      "https://secret",
      DATE,
      ID,
    ]);
  });
});
