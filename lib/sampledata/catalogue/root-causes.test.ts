import { describe, expect, it } from "vitest";
import { crashReason } from "../crash-reasons";
import { PLATFORMS } from "../native-modules";
import { PRODUCTS } from "../products";
import { ROOT_CAUSES } from "./root-causes";

const native = ROOT_CAUSES.filter((cause) => cause.kind === "native");

describe("the catalogue of causes", () => {
  it("has enough of them for every product, each with a name of its own", () => {
    expect(ROOT_CAUSES.length).toBeGreaterThan(150);
    expect(new Set(ROOT_CAUSES.map(({ name }) => name)).size).toBe(ROOT_CAUSES.length);
    for (const { name } of PRODUCTS) {
      expect(ROOT_CAUSES.filter(({ products }) => products.includes(name)).length).toBeGreaterThan(15);
    }
  });

  it("uses only faults that every platform can report", () => {
    for (const { fault, name } of native) {
      for (const platform of PLATFORMS) expect(crashReason(fault, platform), name).toBeDefined();
    }
  });

  it("names no platform or channel that none of the cause's products has", () => {
    for (const { name, products, conditions } of ROOT_CAUSES) {
      const possible = PRODUCTS.filter((product) => products.includes(product.name));
      const channels = possible.flatMap((product) => product.channels.map((channel) => channel.name));
      const systems = possible.flatMap((product) => product.platforms.map(({ os }) => os));
      expect(conditions.channels?.some((channel) => channels.includes(channel)) ?? true, name).toBe(true);
      expect(conditions.os?.some((os) => systems.includes(os)) ?? true, name).toBe(true);
    }
  });

  it("lets programs that end themselves say why", () => {
    for (const { fault, message, name } of native) {
      if (["assert", "panic", "abort", "oom"].includes(fault)) expect(message, name).not.toBe("");
    }
  });
});
