import type { Os, SystemDescription } from "./minidump-description";
import type { Platform } from "./native-modules";
import type { Random } from "./random";

/** The computer or phone that a crash happens on. */
export interface Machine {
  readonly system: SystemDescription;
  /** `lsb_release -d`; null elsewhere. */
  readonly distribution: string | null;
  readonly memoryBytes: number;
  readonly microcode: string;
  readonly graphics: Graphics;
  readonly android: AndroidDevice | null;
}

interface Graphics {
  readonly share: number;
  readonly vendorId: string;
  readonly deviceId: string;
  readonly driver: string;
}

interface AndroidDevice {
  readonly share: number;
  readonly manufacturer: string;
  readonly model: string;
  readonly device: string;
  readonly board: string;
  readonly api: number;
}

interface Release {
  readonly share: number;
  readonly version: SystemDescription["version"];
  readonly build: string;
  readonly distribution?: string;
}

const RELEASES: Readonly<Record<Os, readonly Release[]>> = {
  windows: [
    { share: 33, version: [10, 0, 26100], build: "" },
    { share: 18, version: [10, 0, 22631], build: "" },
    { share: 5, version: [10, 0, 22000], build: "" },
    { share: 34, version: [10, 0, 19045], build: "" },
    { share: 4, version: [10, 0, 17763], build: "" },
    { share: 2, version: [6, 3, 9600], build: "" },
    { share: 4, version: [6, 1, 7601], build: "Service Pack 1" },
  ],
  macos: [
    { share: 30, version: [26, 1, 0], build: "25B78" },
    { share: 34, version: [15, 7, 1], build: "24G231" },
    { share: 16, version: [14, 8, 2], build: "23J126" },
    { share: 8, version: [13, 7, 8], build: "22H730" },
    { share: 6, version: [12, 7, 6], build: "21H1320" },
    { share: 6, version: [10, 15, 7], build: "19H2026" },
  ],
  linux: [
    linux(28, "6.8.0-87-generic #88-Ubuntu SMP PREEMPT_DYNAMIC", "Ubuntu 24.04.3 LTS"),
    linux(14, "5.15.0-161-generic #171-Ubuntu SMP", "Ubuntu 22.04.5 LTS"),
    linux(18, "6.12.57+deb13-amd64 #1 SMP PREEMPT_DYNAMIC Debian", "Debian GNU/Linux 13 (trixie)"),
    linux(20, "6.17.9-arch1-1 #1 SMP PREEMPT_DYNAMIC", "Arch Linux"),
    linux(12, "6.17.8-300.fc43.x86_64 #1 SMP PREEMPT_DYNAMIC", "Fedora Linux 43 (Workstation Edition)"),
    linux(8, "6.14.0-35-generic #35~24.04.1-Ubuntu SMP", "Linux Mint 22.2"),
  ],
  android: [
    { share: 22, version: [0, 0, 0], build: "Linux 6.1.128-android14-11 #1 SMP PREEMPT aarch64" },
    { share: 40, version: [0, 0, 0], build: "Linux 5.15.167-android13-8 #1 SMP PREEMPT aarch64" },
    { share: 38, version: [0, 0, 0], build: "Linux 4.19.191-perf #1 SMP PREEMPT aarch64" },
  ],
};

interface Processor {
  readonly share: number;
  readonly vendor: string;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
}

const PROCESSORS: readonly Processor[] = [
  { share: 16, vendor: "GenuineIntel", family: 6, model: 158, stepping: 10 },
  { share: 14, vendor: "GenuineIntel", family: 6, model: 142, stepping: 12 },
  { share: 12, vendor: "GenuineIntel", family: 6, model: 140, stepping: 1 },
  { share: 10, vendor: "GenuineIntel", family: 6, model: 154, stepping: 3 },
  { share: 8, vendor: "GenuineIntel", family: 6, model: 183, stepping: 1 },
  { share: 8, vendor: "GenuineIntel", family: 6, model: 58, stepping: 9 },
  { share: 12, vendor: "AuthenticAMD", family: 25, model: 80, stepping: 0 },
  { share: 10, vendor: "AuthenticAMD", family: 23, model: 113, stepping: 0 },
  { share: 10, vendor: "AuthenticAMD", family: 25, model: 97, stepping: 2 },
];

const GRAPHICS: readonly Graphics[] = [
  { share: 22, vendorId: "0x8086", deviceId: "0x3ea0", driver: "31.0.101.2135" },
  { share: 16, vendorId: "0x8086", deviceId: "0x9a49", driver: "32.0.101.6078" },
  { share: 9, vendorId: "0x8086", deviceId: "0x0166", driver: "10.18.10.5161" },
  { share: 14, vendorId: "0x10de", deviceId: "0x2503", driver: "32.0.15.6636" },
  { share: 9, vendorId: "0x10de", deviceId: "0x1c03", driver: "31.0.15.5222" },
  { share: 6, vendorId: "0x10de", deviceId: "0x2684", driver: "32.0.15.7270" },
  { share: 10, vendorId: "0x1002", deviceId: "0x1638", driver: "31.0.24033.1003" },
  { share: 8, vendorId: "0x1002", deviceId: "0x73df", driver: "32.0.12019.1028" },
];

const APPLE: Graphics = { share: 1, vendorId: "0x106b", deviceId: "0x1a0301", driver: "" };
const ADRENO: Graphics = {
  share: 1,
  vendorId: "0x5143",
  deviceId: "0x43050a01",
  driver: "OpenGL ES 3.2 V@0702.0",
};

const ANDROID_DEVICES: readonly AndroidDevice[] = [
  device(14, "samsung", "SM-A546B", "a54x", "s5e8835", 35),
  device(10, "samsung", "SM-S918B", "dm3q", "kalama", 35),
  device(9, "samsung", "SM-A127F", "a12s", "exynos850", 33),
  device(12, "Xiaomi", "23053RN02A", "fire", "fire", 34),
  device(8, "Xiaomi", "2201117TG", "spes", "bengal", 33),
  device(9, "Google", "Pixel 8a", "akita", "akita", 36),
  device(7, "Google", "Pixel 6", "oriole", "oriole", 36),
  device(6, "motorola", "moto g54 5G", "cancunf", "cancunf", 34),
  device(5, "OnePlus", "CPH2449", "OP594DL1", "kalama", 34),
];

const MEMORY_GIBIBYTES = [
  { share: 8, desktop: 4, mobile: 3 },
  { share: 34, desktop: 8, mobile: 4 },
  { share: 36, desktop: 16, mobile: 6 },
  { share: 16, desktop: 32, mobile: 8 },
  { share: 6, desktop: 64, mobile: 12 },
];

/** A machine as common as its parts are. */
export function pickMachine({ os, cpu }: Platform, chance: Random): Machine {
  const release = chance.pickByShare(RELEASES[os].filter(({ version }) => runsOn(version, os, cpu)));
  const processor = chance.pickByShare(PROCESSORS);
  const memory = chance.pickByShare(MEMORY_GIBIBYTES);
  const mobile = os === "android";
  return {
    system: {
      os,
      cpu,
      version: release.version,
      build: release.build,
      cpuCount: chance.pick(mobile ? [8] : [2, 4, 4, 8, 8, 12, 16]),
      cpuVendor: processor.vendor,
      cpuFamily: cpu === "arm64" ? 8 : processor.family,
      cpuModel: cpu === "arm64" ? 0 : processor.model,
      cpuStepping: cpu === "arm64" ? 0 : processor.stepping,
    },
    distribution: release.distribution ?? null,
    // Firmware and graphics keep some for themselves.
    memoryBytes: (mobile ? memory.mobile : memory.desktop) * 2 ** 30 - chance.integer(40, 900) * 2 ** 20,
    microcode: `0x${chance.integer(0x21, 0x1ff).toString(16)}`,
    graphics: mobile ? ADRENO : os === "macos" ? APPLE : chance.pickByShare(GRAPHICS),
    android: mobile ? chance.pickByShare(ANDROID_DEVICES) : null,
  };
}

/** Windows on ARM begins with Windows 10, macOS on ARM with version 11. */
function runsOn([major]: SystemDescription["version"], os: Os, cpu: Platform["cpu"]): boolean {
  if (cpu !== "arm64") return true;
  return os === "windows" ? major >= 10 : os === "macos" ? major >= 11 : true;
}

function linux(share: number, kernel: string, distribution: string): Release {
  return { share, version: [0, 0, 0], build: `Linux ${kernel} x86_64`, distribution };
}

function device(
  share: number,
  manufacturer: string,
  model: string,
  ...[code, board, api]: [code: string, board: string, api: number]
): AndroidDevice {
  return { share, manufacturer, model, device: code, board, api };
}
