import type { Siglists } from "#lib/signature/siglists";
import type { PublishedVersionOf } from "./published-versions";
import type { Rule } from "./rule";
import { addons, themePrettyName } from "./rules/addons";
import { breadcrumbs } from "./rules/breadcrumbs";
import { crashingThreadInfo, shutdownHangThread, truncateStacks } from "./rules/crashing-thread";
import { datesAndTimes } from "./rules/dates";
import {
  betaVersion,
  distributionId,
  esrVersion,
  identifier,
  majorVersion,
  minidumpChecksum,
  submittedFrom,
} from "./rules/identity";
import { javaStackTrace } from "./rules/java";
import { macCrashInfo } from "./rules/mac-crash-info";
import {
  androidCpuInfo,
  androidOsInfo,
  cpuInfo,
  macBootArgs,
  osInfo,
  osPrettyVersion,
  platformInfo,
} from "./rules/machine";
import { crashReason, heapChecker } from "./rules/memory";
import { memoryMeasures, memoryReport } from "./rules/memory-report";
import { minidumpStackwalk, moduleUrls } from "./rules/minidump";
import { accessibility, plugin, processType, reportType, utilityActors } from "./rules/process";
import { collectorMetadata, copyAnnotations, crashReportKeys } from "./rules/report";
import { signatureRule } from "./rules/signature";
import {
  crashInconsistencies,
  guardPageAccess,
  missingSymbols,
  modulesInStack,
  possibleBitFlips,
  softErrors,
  threadCount,
  topmostFilenames,
} from "./rules/stack";
import type { Stackwalk } from "./stackwalk";

/** What some rules need of the outside. */
export interface RuleNeeds {
  readonly stackwalk: Stackwalk;
  readonly siglists: Siglists;
  /** Knows of none unless given. */
  readonly publishedVersionOf?: PublishedVersionOf;
}

/** A list of rules, and what it works on. */
export interface Ruleset {
  readonly rules: readonly Rule[];
  /** Whether it changes the processed crash there is, instead of making a new one. */
  readonly changesProcessed: boolean;
}

/** Rules that need nothing but the raw crash: what is kept even of a crash that cannot be processed. */
export const ANNOTATION_RULES: readonly Rule[] = [
  crashReportKeys,
  collectorMetadata,
  copyAnnotations,
  esrVersion,
  submittedFrom,
  identifier,
  minidumpChecksum,
  majorVersion,
  plugin,
  processType,
  accessibility,
  addons,
  datesAndTimes,
];

/** `default` makes the processed crash anew; `regenerate_signature` makes only its signature. */
export const RULESET_NAMES = ["default", "regenerate_signature"] as const;

/** All rulesets by their name. Later rules read what earlier ones wrote. */
export function rulesets({
  stackwalk,
  siglists,
  publishedVersionOf = () => Promise.resolve(null),
}: RuleNeeds): Readonly<Record<string, Ruleset>> {
  const signature = signatureRule(siglists);
  const rules: readonly Rule[] = [
    ...ANNOTATION_RULES,
    minidumpStackwalk(stackwalk),
    moduleUrls,
    crashingThreadInfo,
    truncateStacks,
    possibleBitFlips,
    crashInconsistencies,
    guardPageAccess,
    memoryReport,
    heapChecker,
    breadcrumbs,
    javaStackTrace,
    macBootArgs,
    macCrashInfo,
    crashReason,
    utilityActors,
    reportType,
    cpuInfo,
    androidCpuInfo,
    distributionId,
    osInfo,
    androidOsInfo,
    platformInfo,
    betaVersion(publishedVersionOf),
    osPrettyVersion,
    topmostFilenames,
    modulesInStack,
    missingSymbols,
    themePrettyName,
    memoryMeasures,
    softErrors,
    threadCount,
    signature,
    shutdownHangThread,
  ];
  return {
    default: { rules, changesProcessed: false },
    regenerate_signature: { rules: [signature, shutdownHangThread], changesProcessed: true },
  } satisfies Record<(typeof RULESET_NAMES)[number], Ruleset>;
}
