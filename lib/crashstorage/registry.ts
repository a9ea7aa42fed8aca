import { openCrashQueue } from "#lib/queue/registry";
import { benchmarkingStorage } from "./containers/benchmarking";
import { fallbackStorage } from "./containers/fallback";
import { polyStorage } from "./containers/poly";
import {
  deferredWhen,
  primaryDeferredProcessedStorage,
  primaryDeferredStorage,
} from "./containers/primary-deferred";
import { redactingStorage } from "./containers/redacting";
import { FORBIDDEN_KEYS } from "./redaction";
import { planStorage, type ContainerName, type StoragePlan } from "./plan";
import type { RabbitmqPlan } from "./plans/rabbitmq-plan";
import type { CrashStorage } from "./storage";
import type { StorageSurroundings } from "./surroundings";

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
  surroundings: StorageSurroundings,
  reports: StorageReports = SILENT,
): Promise<CrashStorage> {
  return openPlanned(planStorage(setting, surroundings), reports);
}

/** Opens a crash storage that was planned before. */
export async function openPlanned(
  plan: StoragePlan,
  reports: StorageReports = SILENT,
): Promise<CrashStorage> {
  switch (plan.kind) {
    case "null":
      return (await import("./drivers/null")).nullStorage();
    case "s3":
      return (await import("./drivers/s3/storage")).s3Storage(plan);
    case "hbase":
      return (await import("./drivers/hbase/storage")).hbaseStorage(plan);
    case "postgresql":
      return (await import("./drivers/postgresql/storage")).postgresqlStorage(plan);
    case "rabbitmq":
      return openRabbitmq(plan);
    case "elasticsearch":
      return (await import("./drivers/elasticsearch/storage")).elasticsearchStorage(plan);
    case "fs":
      return (await import("./drivers/fs/storage")).fsStorage(plan.name, plan.folder);
    case "container": {
      const members = await openMembers(
        plan.members.map((member) => member.plan),
        reports,
      );
      return CONTAINERS[plan.name]({
        members,
        member(index) {
          const found = members[index];
          if (!found) throw new Error(`the container ${plan.name} was planned without member ${index + 1}`);
          return found;
        },
        option: (key, byDefault) => plan.options.get(key) ?? byDefault,
        reports,
      });
    }
  }
}

async function openRabbitmq({ name, url, ...options }: RabbitmqPlan): Promise<CrashStorage> {
  const queue = await openCrashQueue(url, "");
  return (await import("./drivers/queue/storage")).queueStorage(name, { queue, ...options });
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

/** What a container is made of. */
interface Opened {
  readonly members: readonly CrashStorage[];
  /** The plan has as many members as the container needs. */
  readonly member: (index: number) => CrashStorage;
  readonly option: (key: string, byDefault: string) => string;
  readonly reports: StorageReports;
}

const CONTAINERS: Readonly<Record<ContainerName, (opened: Opened) => CrashStorage>> = {
  poly: ({ members }) => polyStorage(members),
  fallback: ({ member, reports }) =>
    fallbackStorage({ primary: member(0), fallback: member(1), onFallback: reports.onFallback }),
  "primary-deferred": ({ member, option }) =>
    primaryDeferredStorage({ primary: member(0), deferred: member(1), isDeferred: deferralOf(option) }),
  "primary-deferred-processed": ({ member, option }) =>
    primaryDeferredProcessedStorage({
      primary: member(0),
      deferred: member(1),
      processed: member(2),
      isDeferred: deferralOf(option),
    }),
  benchmarking: ({ member, option, reports }) =>
    benchmarkingStorage(member(0), (method, seconds) =>
      reports.onTimed(option("tag", member(0).name), method, seconds),
    ),
  redacting: ({ member, option }) =>
    redactingStorage(member(0), option("keys", FORBIDDEN_KEYS.join(";")).split(";")),
};

function deferralOf(option: Opened["option"]) {
  return deferredWhen(option("when", "legacy_processing"));
}
