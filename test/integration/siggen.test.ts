import { beforeAll, describe, expect, it } from "vitest";
import { isJsonArray, isJsonObject, type Json } from "#lib/core/json";
import { crashingThread, type CrashData } from "#lib/signature/crash-data";
import { generateSignature, SIGNATURE_RULES } from "#lib/signature/generate";
import type { SignatureResult } from "#lib/signature/result";
import type { Siglists } from "#lib/signature/siglists";
import { madeUpCrashes } from "#test/siggen/made-up-crashes";
import { runSiggen, siggenSiglists, type SiggenResult } from "#test/siggen/siggen";

const SEED = 20_241_029;
const COUNT = 25_000;

/**
 * Why the name of a frame may differ: siggen keeps or collapses a whole group for a word anywhere before or inside it,
 * where the reference since then looks at what stands directly before the group and at the group itself.
 */
const FRAME_DIFFERENCES: Readonly<Record<string, RegExp>> = {
  "trait implementations": /<.* as /,
  operators: /operator/,
  "ParamTraits in a group": /IPC::ParamTraits/,
  "an anonymous namespace in a group": /\(.*anonymous namespace/,
  "a name of no function in a group": /<.*(name omitted| in )/,
};

/** All but what siggen has no rule for. */
const RULES = SIGNATURE_RULES.filter(({ name }) => name !== "SigPrintableCharsOnly");

/** A name that is nothing without qualifiers: siggen fails, and the crash has no signature. */
const NOTHING = /^(const|&&?| )+$/;

interface Pair {
  readonly crash: CrashData;
  readonly ours: SignatureResult;
  readonly theirs: SiggenResult;
}

describe("the signatures of siggen, with its own lists,", () => {
  let lists: Siglists;
  let pairs: readonly Pair[];
  let failed: readonly Pair[];
  beforeAll(async () => {
    const crashes = madeUpCrashes(SEED, COUNT);
    const { results } = await runSiggen(crashes);
    lists = await siggenSiglists();
    const all = crashes.map((crash, index) => {
      const theirs = results[index];
      if (!theirs) throw new Error("siggen left a crash out");
      return { crash, theirs, ours: generateSignature(crash, lists, { rules: RULES }) };
    });
    const hasFailed = ({ theirs }: Pair) =>
      theirs.notes.some((note) => note.startsWith("SignatureGenerationRule: Rule failed"));
    [failed, pairs] = [all.filter(hasFailed), all.filter((pair) => !hasFailed(pair))];
  });

  const framesOf = ({ extra }: SignatureResult | SiggenResult) => extra.normalized_frames ?? [];
  const hasSameFrames = ({ ours, theirs }: Pair) =>
    JSON.stringify(framesOf(ours)) === JSON.stringify(framesOf(theirs));

  it("are ours, with notes and debug log, wherever the frames have the same names", () => {
    const alike = pairs.filter(hasSameFrames);
    expect(alike.length).toBeGreaterThan(COUNT * 0.6);
    const different = alike.flatMap(({ ours, theirs }) => {
      const made = comparable(ours, ours.debugLog);
      const wanted = comparable(theirs, theirs.debug_log);
      return JSON.stringify(made) === JSON.stringify(wanted) ? [] : [{ made, wanted }];
    });
    expect(different).toEqual([]);
  });

  it("are made of other names only for reasons that are documented, each of which occurs", () => {
    const reasons = new Map(Object.keys(FRAME_DIFFERENCES).map((reason) => [reason, 0]));
    const unexplained = pairs.flatMap(({ crash, ours, theirs }) => {
      const first = hasWatchdog(theirs) ? functionNames(firstThread(crash)) : [];
      const names = first.length > 0 ? first : functionNames(crash);
      return framesOf(theirs).flatMap((name, index) => {
        if (name === framesOf(ours)[index]) return [];
        const original = names[index] ?? "";
        const found = Object.entries(FRAME_DIFFERENCES).find(([, pattern]) => pattern.test(original));
        if (found) reasons.set(found[0], (reasons.get(found[0]) ?? 0) + 1);
        return found ? [] : [{ original, ours: framesOf(ours)[index], theirs: name }];
      });
    });
    expect(unexplained).toEqual([]);
    expect(pairs.filter(({ ours, theirs }) => framesOf(ours).length !== framesOf(theirs).length)).toEqual([]);
    expect([...reasons].filter(([, count]) => count === 0)).toEqual([]);
  });

  it("are ours when the frames are given the names that siggen gives them", () => {
    const others = pairs.filter((pair) => !hasSameFrames(pair) && canBeGiven(pair));
    expect(others.length).toBeGreaterThan(COUNT * 0.1);
    const different = others.flatMap(({ crash, theirs }) => {
      const { signature } = generateSignature(withFrames(crash, framesOf(theirs)), lists, { rules: RULES });
      return signature === theirs.signature ? [] : [{ signature, theirs: theirs.signature }];
    });
    expect(different).toEqual([]);
  });

  it("are missing only where a function is called nothing but qualifiers, which we pass over", () => {
    expect(failed.length).toBeGreaterThan(0);
    const others = failed.filter(
      ({ crash }) =>
        ![crash, firstThread(crash)].some((given) => functionNames(given).some((name) => NOTHING.test(name))),
    );
    expect(others).toEqual([]);
    expect(
      failed.filter(({ ours }) =>
        ours.notes.some((note) => note.startsWith("SignatureGenerationRule: Rule failed")),
      ),
    ).toEqual([]);
  });

  it("differ from those of all our rules only where they have something unprintable or blanks at an end", () => {
    const cleaned = pairs.filter(
      ({ crash, ours }) => generateSignature(crash, lists).signature !== ours.signature,
    );
    expect(cleaned.length).toBeGreaterThan(0);
    expect(cleaned.filter(({ ours }) => ours.debugLog.every((line) => /^[ -~]*$/.test(line)))).toEqual([]);
  });
});

/** All that must be the same; a note of a failure quotes an exception, which has other words in Python. */
function comparable(
  { signature, notes, extra }: SignatureResult | SiggenResult,
  debugLog: readonly string[],
) {
  const said = notes.map((note) =>
    note.replace(/(Rule failed|Error parsing AsyncShutdownTimeout): .*/s, "$1"),
  );
  return { signature, notes: said, debugLog, proto: extra.proto_signature };
}

function hasWatchdog({ debug_log }: SiggenResult): boolean {
  return debug_log.some((line) => line.startsWith("SignatureRunWatchDog: "));
}

function firstThread(crash: CrashData): CrashData {
  return { ...crash, crashing_thread: 0 };
}

/** The functions' names as the crash has them, inlined ones before those that they are in. */
function functionNames(crash: CrashData): readonly string[] {
  const frames = crashingThread(crash)?.frames;
  return (isJsonArray(frames) ? frames : [])
    .flatMap((frame) => (isJsonObject(frame) ? [...listOf(frame.inlines), frame] : []))
    .map((frame) => (isJsonObject(frame) && typeof frame.function === "string" ? frame.function : ""));
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

/** A module's name is taken as it is, but for brackets; a watchdog looks at two threads. */
function canBeGiven({ theirs }: Pair): boolean {
  return !hasWatchdog(theirs) && !framesOfSiggen(theirs).some((name) => /^[[\]]|[[\]]$/.test(name));
}

function framesOfSiggen({ extra }: SiggenResult): readonly string[] {
  return extra.normalized_frames ?? [];
}

function withFrames(crash: CrashData, names: readonly string[]): CrashData {
  const thread = { ...crashingThread(crash), frames: names.map((module) => ({ module })) };
  return { ...crash, os: null, crashing_thread: 0, threads: [thread] };
}
