import type { Machine } from "./machines";
import type { Random } from "./random";
import type { Annotations } from "./user-annotations";

const GIBIBYTE = 2 ** 30;
const CRITICAL = { share: 3, name: "Critical", level: "4" };
const PRESSURES = [
  { share: 90, name: "Normal", level: "1" },
  { share: 7, name: "Warning", level: "2" },
  CRITICAL,
];

/** What the computer adds to a report: memory, graphics, processor, system. */
export function machineAnnotations(machine: Machine, exhausted: boolean, chance: Random): Annotations {
  const { vendorId, deviceId, driver } = machine.graphics;
  return {
    ...memoryAnnotations(machine, exhausted, chance),
    AdapterVendorID: vendorId,
    AdapterDeviceID: deviceId,
    ...(driver ? { AdapterDriverVersion: driver } : {}),
    ...systemAnnotations(machine, exhausted, chance),
  };
}

function memoryAnnotations(
  { memoryBytes, system }: Machine,
  exhausted: boolean,
  chance: Random,
): Annotations {
  const free = (exhausted ? 0.02 : 0.2 + 0.5 * chance.next()) * memoryBytes;
  const space = system.cpu === "x86" ? 4 * GIBIBYTE : 128 * 1024 * GIBIBYTE;
  const used = Math.min(space * 0.9, chance.logNormal(2 * GIBIBYTE, 0.7));
  const annotations: Annotations = {
    TotalPhysicalMemory: whole(memoryBytes),
    AvailablePhysicalMemory: whole(free),
  };
  if (system.os !== "windows") return annotations;
  return {
    ...annotations,
    TotalVirtualMemory: whole(space - 131_072),
    AvailableVirtualMemory: whole(exhausted && system.cpu === "x86" ? space * 0.04 : space - used),
    TotalPageFile: whole(memoryBytes * 1.5),
    AvailablePageFile: whole(exhausted ? memoryBytes * 0.01 : memoryBytes * (0.3 + 0.7 * chance.next())),
    SystemMemoryUsePercentage: whole(100 * (1 - free / memoryBytes)),
  };
}

function systemAnnotations(machine: Machine, exhausted: boolean, chance: Random): Annotations {
  switch (machine.system.os) {
    case "windows":
      return {
        CPUMicrocodeVersion: machine.microcode,
        HasDeviceTouchScreen: chance.chance(0.12) ? "1" : "0",
        ...(chance.chance(0.04) ? { WindowsErrorReporting: "1" } : {}),
      };
    case "macos":
      return macAnnotations(exhausted, chance);
    case "linux":
      return { LinuxLSBDescription: machine.distribution ?? "Linux" };
    case "android":
      return androidAnnotations(machine);
  }
}

function macAnnotations(exhausted: boolean, chance: Random): Annotations {
  const pressure = exhausted ? CRITICAL : chance.pickByShare(PRESSURES);
  return {
    MacMemoryPressure: pressure.name,
    MacMemoryPressureSysctl: pressure.level,
    MacAvailableMemorySysctl: whole(exhausted ? 3 : chance.integer(20, 90)),
  };
}

function androidAnnotations({ android }: Machine): Annotations {
  if (!android) return {};
  const { manufacturer, model, device, board, api } = android;
  return {
    Android_Manufacturer: manufacturer,
    Android_Brand: manufacturer.toLowerCase(),
    Android_Model: model,
    Android_Device: device,
    Android_Board: board,
    Android_Hardware: board,
    Android_Version: `${api} (REL)`,
    Android_CPU_ABI: "arm64-v8a",
    Android_CPU_ABI2: "armeabi-v7a",
    Android_PackageName: "org.wren.browser",
    Android_Display: `${device}-user ${api - 20} release-keys`,
    Android_Fingerprint: `${manufacturer.toLowerCase()}/${device}/${device}:${api - 20}/BP1A.250405/release-keys`,
  };
}

function whole(value: number): string {
  return String(Math.floor(value));
}
