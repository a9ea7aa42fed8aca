import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crashIdDay, parseCrashId } from "#lib/core/crash-id";
import { currentMajor } from "./builds";
import { PRODUCTS } from "./products";
import { sampleSubmissions, type SampleSubmission } from "./submissions";

const NOW = new Date("2026-11-24T09:00:00Z");
const DAY = 86_400_000;
const many = [...sampleSubmissions({ count: 6_000, seed: 1, now: NOW })];
const mainDump = "upload_file_minidump";

/** The innermost function that has a name, or the Java exception: what a signature would be made of. */
function topOf({ described, annotations }: SampleSubmission): string {
  const java = annotations.JavaStackTrace?.split("\n").slice(0, 2).join();
  const thread = described?.threads[described.exception.threadIndex];
  const calls = thread?.frames.flatMap(({ call }) => (call ? [call.call.function] : [])) ?? [];
  return java ?? calls.slice(0, 6).join(" | ");
}

function digested({ crashId, annotations, format, dumps }: SampleSubmission): unknown {
  const digests = [...dumps].map(([name, dump]) => [name, createHash("sha256").update(dump).digest("hex")]);
  return { crashId, annotations, format, digests };
}

function countBy(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function on(from: number, to: number): number {
  return many.filter(({ submittedAt }) => submittedAt.getTime() >= from && submittedAt.getTime() < to).length;
}

describe("sample submissions", () => {
  it("are the same bytes for the same seed and time, and others for another seed", () => {
    const take = (seed: number): unknown[] =>
      Array.from(sampleSubmissions({ count: 60, seed, now: NOW }), digested);
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it("come in order, within the days asked for, as many as asked for", () => {
    const plan = fc.record({
      count: fc.nat(40),
      seed: fc.maxSafeNat(),
      now: fc.date({ min: new Date("2024-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }),
      days: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(plan, ({ count, seed, now, days }) => {
        const times = [...sampleSubmissions({ count, seed, now, days })].map((each) =>
          each.submittedAt.getTime(),
        );
        expect(times).toHaveLength(count);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
        for (const time of times) {
          expect(time).toBeGreaterThanOrEqual(now.getTime() - days * DAY);
          expect(time).toBeLessThanOrEqual(now.getTime());
        }
      }),
      { numRuns: 40 },
    );
  });

  it("are made one at a time, however many are asked for", () => {
    const endless = sampleSubmissions({ count: 1_000_000_000, seed: 1, now: NOW });
    expect(endless.next().value?.submittedAt.getTime()).toBeLessThan(NOW.getTime() - 27 * DAY);
  });

  it("carry the day of their arrival in valid crash ids", () => {
    for (const { crashId, submittedAt } of many) {
      expect(parseCrashId(crashId)).toBe(crashId);
      expect(crashIdDay(crashId)).toBe(submittedAt.toISOString().slice(0, 10).replaceAll("-", ""));
    }
  });

  it("fall mostly into the last week, and less into weekends and nights", () => {
    expect(on(NOW.getTime() - 7 * DAY, NOW.getTime())).toBeGreaterThan(many.length / 2);
    const wednesday = Date.UTC(2026, 10, 18);
    const sunday = Date.UTC(2026, 10, 22);
    expect(on(sunday, sunday + DAY)).toBeLessThan(0.8 * on(wednesday, wednesday + DAY));
    expect(on(wednesday, wednesday + DAY / 4)).toBeLessThan(on(wednesday + DAY / 2, wednesday + 0.75 * DAY));
  });

  it("crash in a sensible order of times: built, installed, started, crashed, submitted", () => {
    for (const { annotations, submittedAt } of many) {
      const number = (name: string): number => Number(annotations[name]);
      const built = annotations.BuildID?.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
      expect(Date.parse(built) / 1_000).toBeLessThanOrEqual(number("InstallTime"));
      expect(number("InstallTime")).toBeLessThanOrEqual(number("StartupTime"));
      expect(number("StartupTime")).toBeLessThanOrEqual(number("CrashTime"));
      expect(number("CrashTime")).toBeLessThanOrEqual(submittedAt.getTime() / 1_000);
    }
  });

  it("follow Zipf's law: few causes are frequent, many are rare", () => {
    const counts = [...countBy(many.map(topOf)).values()].sort((one, other) => other - one);
    const part = (first: number): number =>
      counts.slice(0, first).reduce((sum, count) => sum + count, 0) / many.length;
    expect(counts.length).toBeGreaterThan(100);
    expect(part(10)).toBeGreaterThan(0.35);
    expect(part(50)).toBeLessThan(0.95);
    // On logarithmic axes the counts fall by a slope near -1 from the 5th to the 80th cause.
    const slope = Math.log((counts[79] ?? 1) / (counts[4] ?? 1)) / Math.log(80 / 5);
    expect(slope).toBeGreaterThan(-1.6);
    expect(slope).toBeLessThan(-0.6);
  });

  it("have a cause that began in the last days and one that ends with the current version", () => {
    const withTop = (name: string): SampleSubmission[] => many.filter((each) => topOf(each).includes(name));
    const started = withTop("talon::tabs::TabGroup::Detach");
    expect(started.length).toBeGreaterThan(20);
    for (const { submittedAt } of started)
      expect(submittedAt.getTime()).toBeGreaterThan(NOW.getTime() - 3 * DAY);
    const kestrel = PRODUCTS[0];
    const current = kestrel ? currentMajor(kestrel, NOW.getTime()) : 0;
    const ended = withTop("talon::session::Store::Restore");
    expect(ended.length).toBeGreaterThan(20);
    for (const { annotations } of ended)
      expect(Number.parseInt(annotations.Version ?? "", 10)).toBeLessThan(current);
  });

  it("have about one broken dump in a hundred, and dumps of a few kilobytes otherwise", () => {
    const native = many.filter(({ dumps }) => dumps.has(mainDump));
    const broken = native.filter(({ described }) => described === null);
    expect(broken.length / native.length).toBeGreaterThan(0.004);
    expect(broken.length / native.length).toBeLessThan(0.02);
    const sizes = native.flatMap(({ described, dumps }) =>
      described ? [dumps.get(mainDump)?.length ?? 0] : [],
    );
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeLessThan(16_000);
    expect(sizes.every((size) => size > 2_000)).toBe(true);
  });

  it("show every kind of report that analysts look for", () => {
    const names = countBy(many.flatMap(({ annotations }) => Object.keys(annotations)));
    for (const name of [
      "OOMAllocationSize",
      "AsyncShutdownTimeout",
      "ipc_channel_error",
      "IPCMessageName",
      "MozCrashReason",
      "AbortMessage",
      "JavaStackTrace",
      "JavaException",
      "StartupCrash",
      "Hang",
      "PHCKind",
      "Comments",
      "URL",
      "Breadcrumbs",
      "ModuleSignatureInfo",
    ]) {
      expect(names.get(name), name).toBeGreaterThan(0);
    }
    const products = countBy(many.map(({ annotations }) => annotations.ProductName ?? ""));
    expect([...products.keys()].sort()).toEqual(["Heron", "Kestrel", "Osprey Studio", "Wren"]);
  });
});
