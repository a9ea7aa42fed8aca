import type { Build } from "./builds";
import type { RootCause } from "./catalogue/root-causes";
import { javaAnnotations, nativeAnnotations } from "./crash-annotations";
import { machineAnnotations } from "./machine-annotations";
import type { Machine } from "./machines";
import type { Platform } from "./native-modules";
import type { Product } from "./products";
import type { Random } from "./random";
import { userAnnotations, type Annotations } from "./user-annotations";

/** Everything that is decided about a crash before it is written down. */
export interface CrashFacts {
  readonly cause: RootCause;
  readonly product: Product;
  readonly platform: Platform;
  readonly build: Build;
  readonly machine: Machine;
  /** Epoch seconds. */
  readonly time: number;
  /** Epoch seconds. */
  readonly startTime: number;
}

const DAY = 86_400;
const QUARTER_HOUR = 900;

/** All annotations of a report, by name. */
export function reportAnnotations(facts: CrashFacts, chance: Random): Annotations {
  const { cause, product, build, machine, time, startTime } = facts;
  const native = cause.kind === "native";
  return {
    ProductName: product.name,
    ProductID: product.id,
    Vendor: product.vendor,
    Version: build.version,
    BuildID: build.buildId,
    ReleaseChannel: build.channel,
    CrashTime: String(time),
    StartupTime: String(startTime),
    InstallTime: String(installTime(facts, chance)),
    UptimeTS: (time - startTime + chance.next()).toFixed(4),
    ...(chance.chance(0.35)
      ? { SecondsSinceLastCrash: String(Math.round(chance.logNormal(4 * DAY, 1.8))) }
      : {}),
    ...userAnnotations(product.name, native && cause.process === "content", chance),
    ...machineAnnotations(machine, native && cause.fault === "oom", chance),
    ...(native ? nativeAnnotations(cause, facts.platform, chance) : javaAnnotations(cause)),
    ...(chance.chance(0.3) ? { Breadcrumbs: breadcrumbs(facts, chance) } : {}),
    TelemetryEnvironment: telemetryEnvironment(facts),
  };
}

/** Between the build's release and the start of the program; some of them are those of the same installation. */
function installTime({ build, startTime }: CrashFacts, chance: Random): number {
  const released = Math.floor(build.releasedAt / 1_000);
  const installed = startTime - Math.floor(chance.next() ** 2 * (startTime - released));
  return Math.max(released, chance.chance(0.3) ? installed - (installed % QUARTER_HOUR) : installed);
}

function breadcrumbs({ time, startTime }: CrashFacts, chance: Random): string {
  const span = Math.min(600, time - startTime);
  const steps = [
    "app.start",
    "tab.open",
    "navigation",
    "settings",
    "download",
    "app.background",
    "app.foreground",
  ];
  const ages = Array.from({ length: chance.integer(2, 6) }, () => chance.integer(0, span)).sort(
    (a, b) => b - a,
  );
  const values = ages.map((age) => ({
    timestamp: new Date((time - age) * 1_000).toISOString(),
    category: chance.pick(steps),
    level: "info",
    type: "default",
    message: `after ${time - age - startTime} s`,
  }));
  return JSON.stringify({ values });
}

function telemetryEnvironment({ product, build, machine, platform }: CrashFacts): string {
  const { system } = machine;
  const [major, minor, number] = system.version;
  const names = { windows: "Windows_NT", macos: "Darwin", linux: "Linux", android: "Android" };
  return JSON.stringify({
    build: {
      applicationName: product.name,
      version: build.version,
      buildId: build.buildId,
      vendor: product.vendor,
    },
    settings: { update: { channel: build.channel, enabled: true }, e10sEnabled: true },
    system: {
      memoryMB: Math.floor(machine.memoryBytes / 2 ** 20),
      cpu: { count: system.cpuCount, vendor: system.cpuVendor },
      os: {
        name: names[platform.os],
        version: `${major}.${minor}`,
        ...(platform.os === "windows" ? { windowsBuildNumber: number } : {}),
      },
    },
  });
}
