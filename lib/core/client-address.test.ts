import { describe, expect, it } from "vitest";
import { addressBlock } from "./client-address";

describe("addresses that are counted as one", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"],
    ["2001:DB8::1", "2001:db8:0:0::/64"],
    ["2001:0db8:0000:0001:1:2:3:4", "2001:db8:0:1::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s is among %s", (address, block) => expect(addressBlock(address)).toBe(block));
});
