import { gzipSync } from "node:zlib";
import { MAIN_DUMP } from "#lib/core/crash";
import { newCrashId, type CrashId } from "#lib/core/crash-id";
import type { JsonObject } from "#lib/core/json";
import { arrivalTimes } from "./arrival-times";
import { installedBuild } from "./builds";
import { pickCause } from "./cause-choice";
import { describeCrash, describeOnlooker, type NativeCrash } from "./describe-crash";
import { jsonDumpOf } from "./json-dump";
import { pickMachine } from "./machines";
import { memoryReport } from "./memory-report";
import { writeMinidump } from "./minidump";
import type { MinidumpDescription } from "./minidump-description";
import { PRODUCTS } from "./products";
import { hash, random, type Random } from "./random";
import { reportAnnotations, type CrashFacts } from "./report-annotations";

/** What a client sends about one crash. */
export interface SampleSubmission {
  readonly crashId: CrashId;
  readonly submittedAt: Date;
  readonly annotations: Readonly<Record<string, string>>;
  /** By the names of their parts. */
  readonly dumps: ReadonlyMap<string, Uint8Array>;
  /** Whether annotations travel as one JSON part or as a part each. */
  readonly format: "multipart" | "json";
  /** What the main minidump says; null when there is none, or it is broken. */
  readonly described: MinidumpDescription | null;
}

export interface SamplePlan {
  readonly count: number;
  readonly seed: number;
  /** Nothing is submitted later. */
  readonly now: Date;
  /** How far back submissions go; 28 when not given. */
  readonly days?: number;
}

const BROKEN_DUMPS = 0.01;
const DELAYS_LIMIT = 5 * 86_400;

/**
 * Submissions in the order of their arrival, made one at a time. The same plan gives the same bytes. About half
 * of all crashes have one of the twenty most frequent causes; some causes exist only on one platform or channel,
 * one is new in the last days, and some end with the current version.
 */
export function* sampleSubmissions({
  count,
  seed,
  now,
  days = 28,
}: SamplePlan): Generator<SampleSubmission, void> {
  const plan = { count, now: now.getTime(), days };
  const jitter = random(seed, hash("arrival"));
  let index = 0;
  for (const submittedAt of arrivalTimes(plan, () => jitter.next())) {
    yield sampleSubmission(submittedAt, now, random(seed, index));
    index += 1;
  }
}

/**
 * What minidump-stackwalk would say about the submission's main minidump and annotations, without running it; null
 * when there is no minidump that can be read.
 */
export function sampleJsonDump({ described, annotations }: SampleSubmission): JsonObject | null {
  if (!described) return null;
  const { CPUMicrocodeVersion: microcode = null, ModuleSignatureInfo: signatures = "{}" } = annotations;
  const filesBySigner = Object.entries(JSON.parse(signatures) as Record<string, string[]>);
  const signers = filesBySigner.flatMap(([signer, files]) => files.map((file) => [file, signer] as const));
  return jsonDumpOf(described, { microcode, signers: new Map(signers) });
}

function sampleSubmission(submittedAt: Date, now: Date, chance: Random): SampleSubmission {
  const facts = pickFacts(submittedAt, now, chance);
  const annotations = reportAnnotations(facts, chance);
  const native = nativeCrash(facts);
  const described = native && describeCrash(native, chance);
  const dumps = described ? attachments(native, described, chance) : new Map<string, Uint8Array>();
  const broken = described && chance.chance(BROKEN_DUMPS);
  if (broken) dumps.set(MAIN_DUMP, brokenDump(dumps.get(MAIN_DUMP), chance));
  return {
    crashId: newCrashId(submittedAt, chance.uuid(), 0),
    submittedAt,
    annotations,
    dumps,
    format: chance.chance(0.75) ? "json" : "multipart",
    described: broken ? null : described,
  };
}

function pickFacts(submittedAt: Date, now: Date, chance: Random): CrashFacts {
  const submitted = Math.floor(submittedAt.getTime() / 1_000);
  const product = chance.pickByShare(PRODUCTS);
  const platform = chance.pickByShare(product.platforms);
  const channel = chance.pickByShare(product.channels).name;
  const delay = chance.chance(0.9) ? chance.integer(2, 90) : chance.logNormal(7_200, 1.5);
  const time = submitted - Math.round(Math.min(DELAYS_LIMIT, delay));
  const build = installedBuild(product, channel, time * 1_000, chance);
  const cause = pickCause({ product, platform, build, submittedAt, now }, chance);
  const startup = cause.kind === "native" && cause.annotations.StartupCrash === "1";
  const uptime = startup ? chance.integer(0, 6) : Math.ceil(chance.logNormal(2_400, 1.7));
  const startTime = Math.max(time - uptime, Math.ceil(build.releasedAt / 1_000));
  return { cause, product, platform, build, machine: pickMachine(platform, chance), time, startTime };
}

function nativeCrash({ cause, ...facts }: CrashFacts): NativeCrash | null {
  return cause.kind === "native" ? { ...facts, cause } : null;
}

function attachments(
  crash: NativeCrash,
  described: MinidumpDescription,
  chance: Random,
): Map<string, Uint8Array> {
  const dumps = new Map([[MAIN_DUMP, writeMinidump(described)]]);
  for (const suffix of crash.cause.annotations.additional_minidumps?.split(",") ?? []) {
    dumps.set(`${MAIN_DUMP}_${suffix}`, writeMinidump(describeOnlooker(crash, chance)));
  }
  if (crash.cause.fault === "oom" && chance.chance(0.3)) {
    dumps.set("memory_report", gzipSync(JSON.stringify(memoryReport(described.processId, chance))));
  }
  return dumps;
}

/** A dump that a full disk, a killed reporter or bad memory left behind. */
function brokenDump(dump: Uint8Array | undefined, chance: Random): Uint8Array {
  const whole = dump ?? new Uint8Array();
  return chance.pick([
    () => new Uint8Array(),
    () => whole.subarray(0, chance.integer(1, whole.length - 1)),
    () => chance.bytes(chance.integer(40, 4_000)),
  ])();
}
