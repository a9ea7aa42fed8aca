import { benchmarkingStorage } from "./containers/benchmarking";
import { fallbackStorage } from "./containers/fallback";
import { polyStorage } from "./containers/poly";
import {
  deferredWhen,
  primaryDeferredProcessedStorage,
  primaryDeferredStorage,
} from "./containers/primary-deferred";
import { FORBIDDEN_KEYS, redactingStorage } from "./containers/redacting";
import { planStorage, type ContainerName, type StoragePlan } from "./plan";
import type { CrashStorage } from "./storage";

/** What containers have to tell. */
export interface StorageReports {
  /** A fallback was used; why the primary failed. */
  readonly onFallback: (error: unknown) => void;
  /** A call of a benchmarked store ended. */
  readonly onTimed: (tag: string, method: string, seconds: number) => void;
}

const SILENT: StorageReports = { onFallback: () => undefined, onTimed: () => undefined };

/** Opens the crash storage that the setting CRASHSTORAGE describes. Throws BadSetting for one that cannot be used. */
export function openCrashStorage(
  setting: string,
  dataDirectory: string,
  reports: StorageReports = SILENT,
): Promise<CrashStorage> {
  return openPlanned(planStorage(setting, dataDirectory), reports);
}

async function openPlanned(plan: StoragePlan, reports: StorageReports): Promise<CrashStorage> {
  switch (plan.kind) {
    case "null":
      return (await import("./drivers/null")).nullStorage();
    case "s3":
      return (await import("./drivers/s3/storage")).s3Storage(plan);
    case "fs":
      return (await import("./drivers/fs/storage")).fsStorage(plan.name, plan.folder);
    case "container": {
      const members = await openMembers(
        plan.members.map((member) => member.plan),
        reports,
      );
      const [first, second, third] = members;
      if (!first) throw new Error(`the container ${plan.name} was planned without members`);
      const option = (key: string, byDefault: string) => plan.options.get(key) ?? byDefault;
      return CONTAINERS[plan.name]({
        members,
        first,
        second: second ?? first,
        third: third ?? first,
        option,
        reports,
      });
    }
  }
}

/** Opens all, or closes again what was opened before the one that cannot be. */
async function openMembers(
  plans: readonly StoragePlan[],
  reports: StorageReports,
): Promise<readonly CrashStorage[]> {
  const opened: CrashStorage[] = [];
  try {
    for (const plan of plans) opened.push(await openPlanned(plan, reports));
    return opened;
  } catch (error) {
    for (const storage of opened) await storage.close();
    throw error;
  }
}

/** The plan has as many members as the container needs. */
interface Opened {
  readonly members: readonly CrashStorage[];
  readonly first: CrashStorage;
  readonly second: CrashStorage;
  readonly third: CrashStorage;
  readonly option: (key: string, byDefault: string) => string;
  readonly reports: StorageReports;
}

const CONTAINERS: Readonly<Record<ContainerName, (opened: Opened) => CrashStorage>> = {
  poly: ({ members }) => polyStorage(members),
  fallback: ({ first, second, reports }) =>
    fallbackStorage({ primary: first, fallback: second, onFallback: reports.onFallback }),
  "primary-deferred": ({ first, second, option }) =>
    primaryDeferredStorage({ primary: first, deferred: second, isDeferred: deferralOf(option) }),
  "primary-deferred-processed": ({ first, second, third, option }) =>
    primaryDeferredProcessedStorage({
      primary: first,
      deferred: second,
      processed: third,
      isDeferred: deferralOf(option),
    }),
  benchmarking: ({ first, option, reports }) =>
    benchmarkingStorage(first, (method, seconds) =>
      reports.onTimed(option("tag", first.name), method, seconds),
    ),
  redacting: ({ first, option }) =>
    redactingStorage(first, option("keys", FORBIDDEN_KEYS.join(";")).split(";")),
};

function deferralOf(option: Opened["option"]) {
  return deferredWhen(option("when", "legacy_processing"));
}
