import { jsonAt } from "#lib/core/json";
import { annotationText } from "../annotations";
import { draftText, jsonDump, type Draft, type Rule } from "../rule";

function systemInfo(draft: Draft, key: string): string | null {
  const value = jsonAt(jsonDump(draft) ?? {}, `system_info.${key}`);
  return typeof value === "string" && value !== "" ? value : null;
}

/** The processor as the minidump has it. */
export const cpuInfo: Rule = {
  name: "CPUInfoRule",
  run({ raw, draft }) {
    const count = jsonAt(jsonDump(draft) ?? {}, "system_info.cpu_count");
    draft.cpu_info = systemInfo(draft, "cpu_info") ?? "unknown";
    draft.cpu_count = typeof count === "number" ? count : 0;
    draft.cpu_arch = systemInfo(draft, "cpu_arch") ?? "unknown";
    const microcode =
      jsonAt(jsonDump(draft) ?? {}, "system_info.cpu_microcode_version") ??
      annotationText(raw, "CPUMicrocodeVersion");
    if (microcode !== null)
      draft.cpu_microcode_version = typeof microcode === "string" ? microcode : JSON.stringify(microcode);
  },
};

const ANDROID_ARCHITECTURES: Readonly<Record<string, string>> = {
  "armeabi-v7a": "arm",
  "arm64-v8a": "arm64",
  x86_64: "amd64",
};

/** Android says its architecture itself where there is no minidump. */
export const androidCpuInfo: Rule = {
  name: "AndroidCPUInfoRule",
  applies: ({ raw, draft }) =>
    draft.cpu_arch === "unknown" && annotationText(raw, "Android_CPU_ABI") !== null,
  run({ raw, draft }) {
    const abi = annotationText(raw, "Android_CPU_ABI") ?? "";
    draft.cpu_arch = ANDROID_ARCHITECTURES[abi] ?? abi;
  },
};

/** The operating system as the minidump has it. */
export const osInfo: Rule = {
  name: "OSInfoRule",
  run({ draft }) {
    draft.os_name = systemInfo(draft, "os")?.trim() ?? "Unknown";
    draft.os_version = systemInfo(draft, "os_ver")?.trim() ?? "";
  },
};

export const androidOsInfo: Rule = {
  name: "AndroidOSInfoRule",
  applies: ({ raw, draft }) =>
    ["unknown", "android"].includes(draftText(draft, "os_name").toLowerCase()) &&
    annotationText(raw, "Android_Version") !== null,
  run({ raw, draft }) {
    draft.os_name = "Android";
    const version = /^\s*(\d+)(\s|$)/.exec(annotationText(raw, "Android_Version") ?? "")?.[1];
    if (version !== undefined) draft.os_version = version;
  },
};

/** Programs without minidumps may say what they run on. */
export const platformInfo: Rule = {
  name: "PlatformInfoRule",
  run({ raw, draft }) {
    const fill = (key: string, unknown: string, annotation: string) => {
      const said = annotationText(raw, annotation);
      if (said !== null && said !== "" && (draft[key] ?? unknown) === unknown) draft[key] = said;
    };
    fill("cpu_arch", "unknown", "CPUArchitecture");
    fill("cpu_info", "unknown", "CPUInfo");
    fill("os_name", "Unknown", "OS");
    fill("os_version", "", "OSVersion");
  },
};

const WINDOWS: Readonly<Record<string, string>> = {
  "3.5": "Windows NT",
  "4.0": "Windows NT",
  "4.1": "Windows 98",
  "4.9": "Windows Me",
  "5.0": "Windows 2000",
  "5.1": "Windows XP",
  "5.2": "Windows Server 2003",
  "6.0": "Windows Vista",
  "6.1": "Windows 7",
  "6.2": "Windows 8",
  "6.3": "Windows 8.1",
  "10.0": "Windows 10",
};

/** Windows 11 still calls itself 10.0; its first build was this one. */
const FIRST_WINDOWS_11_BUILD = 21_996;

/** The operating system's name as people say it. */
export const osPrettyVersion: Rule = {
  name: "OSPrettyVersionRule",
  run({ raw, draft }) {
    const name = draftText(draft, "os_name");
    const version = draftText(draft, "os_version");
    if (name === "Windows NT" || name === "Windows") draft.os_pretty_version = windowsName(version);
    else if (name === "Mac OS X") draft.os_pretty_version = macName(version);
    else if (name === "Linux")
      draft.os_pretty_version = linuxName(draft, annotationText(raw, "LinuxLSBDescription"));
    else draft.os_pretty_version = name === "Android" && version !== "" ? `Android ${version}` : name;
  },
};

function windowsName(version: string): string {
  const [major, minor, build] = version.split(/[. ]/);
  if (major === "10" && minor === "0" && Number(build) >= FIRST_WINDOWS_11_BUILD) return "Windows 11";
  return WINDOWS[`${major ?? ""}.${minor ?? ""}`] ?? "Windows Unknown";
}

function macName(version: string): string {
  const [major, minor] = version.split(/[. ]/).map(Number);
  if (major === undefined || !Number.isInteger(major)) return "OS X Unknown";
  if (major >= 11) return `macOS ${major}`;
  return major === 10 && Number.isInteger(minor) ? `OS X 10.${minor ?? 0}` : "OS X Unknown";
}

function linuxName(draft: Draft, annotation: string | null): string {
  const description = jsonAt(jsonDump(draft) ?? {}, "lsb_release.description");
  return typeof description === "string" && description !== ""
    ? description
    : annotation === null || annotation === ""
      ? "Linux"
      : annotation;
}

/** The boot arguments of macOS, when there are any. */
export const macBootArgs: Rule = {
  name: "MacBootArgsRule",
  run({ draft }) {
    const args = jsonDump(draft)?.mac_boot_args;
    if (typeof args !== "string" || args.trim() === "") return;
    draft.mac_boot_args = args.trim();
    draft.has_mac_boot_args = true;
  },
};
