import { newCrashId } from "#lib/core/crash-id";
import { formatMicroseconds } from "#lib/core/time";
import type { SearchDocument } from "#lib/fields/document";
import { random, type Random } from "#lib/sampledata/random";

/** What is generated: the same plan gives the same documents. */
export interface CorpusPlan {
  readonly count: number;
  /** When the last of them arrived, in milliseconds since 1970; the first one did 26 weeks before. */
  readonly until: number;
}

/** Changes with what is generated, so that an index of an older corpus is not taken for one of this. */
export const CORPUS_VERSION = 1;

export const DAY_MS = 86_400_000;
const SPAN_MS = 26 * 7 * DAY_MS;
const SIGNATURES = 50_000;
const MODULES = 400;
const ADDONS = 300;

const PRODUCTS = [
  { share: 60, name: "Firefox" },
  { share: 30, name: "Fenix" },
  { share: 4, name: "Thunderbird" },
  { share: 2, name: "Focus" },
  { share: 1, name: "ReferenceBrowser" },
  { share: 1, name: "MozillaVPN" },
  { share: 1, name: "Klar" },
  { share: 1, name: "GeckoViewExample" },
] as const;
const CHANNELS = [
  { share: 70, name: "release", suffixes: ["", ".0.1", ".0.2"] },
  { share: 12, name: "beta", suffixes: ["b1", "b3", "b5", "b7", "b9"] },
  { share: 10, name: "nightly", suffixes: ["a1"] },
  { share: 8, name: "esr", suffixes: [".1.0esr", ".2.0esr"] },
] as const;
const DESKTOPS = [
  {
    share: 82,
    platform: "Windows NT",
    versions: ["10.0.19045", "10.0.22631", "10.0.26100", "6.1.7601 Service Pack 1"],
    pretty: ["Windows 10", "Windows 11", "Windows 11", "Windows 7"],
    reasons: ["EXCEPTION_ACCESS_VIOLATION_READ", "EXCEPTION_ACCESS_VIOLATION_WRITE", "EXCEPTION_BREAKPOINT"],
  },
  {
    share: 10,
    platform: "Mac OS X",
    versions: ["14.7.1 23H222", "15.1.0 24B83", "13.7.1 22H221"],
    pretty: ["macOS 14", "macOS 15", "macOS 13"],
    reasons: ["EXC_BAD_ACCESS / KERN_INVALID_ADDRESS", "EXC_BREAKPOINT / EXC_I386_BPT"],
  },
  {
    share: 8,
    platform: "Linux",
    versions: ["6.8.0-48-generic", "6.11.5-arch1-1", "5.15.0-124-generic"],
    pretty: ["Ubuntu 24.04", "Linux", "Ubuntu 22.04"],
    reasons: ["SIGSEGV / SEGV_MAPERR", "SIGABRT", "SIGSEGV / SI_KERNEL"],
  },
] as const;
const ANDROID = {
  platform: "Android",
  versions: ["34", "33", "31", "29"],
  pretty: ["Android 14", "Android 13", "Android 12", "Android 10"],
  reasons: ["SIGSEGV / SEGV_MAPERR", "SIGABRT", "SIGSEGV / SEGV_ACCERR"],
} as const;
const PROCESSES = [
  { share: 40, type: "parent" },
  { share: 45, type: "content" },
  { share: 8, type: "gpu" },
  { share: 3, type: "rdd" },
  { share: 2, type: "utility" },
  { share: 2, type: "socket" },
] as const;
const NAMES = ["dom", "layers", "gfx", "js", "net", "ipc", "layout", "media", "widget", "storage"] as const;
const CLASSES = [
  "Element",
  "Compositor",
  "Context",
  "Channel",
  "Frame",
  "Decoder",
  "Window",
  "Database",
] as const;
const METHODS = [
  "Release",
  "Update",
  "OnDataAvailable",
  "Run",
  "Notify",
  "Shutdown",
  "Lookup",
  "Paint",
] as const;
const WORDS =
  "the page was slow then tab closed while I opened video again browser crashed after update".split(" ");

/** The signature of a rank, 0 being the most frequent. */
export function signatureOfRank(rank: number): string {
  const chance = random(rank, 7);
  const [name, kind] = [chance.pick(NAMES), chance.pick(CLASSES)];
  const frame = `mozilla::${name}::${kind}${rank}::${chance.pick(METHODS)}`;
  if (rank % 10 === 3) return `OOM | large | mozalloc_abort | ${frame}`;
  if (rank % 10 === 6) return `shutdownhang | kernelbase.dll | ${frame}`;
  return rank % 10 === 9 ? `${frame} | ${chance.pick(NAMES)}::${chance.pick(METHODS)}` : frame;
}

const signatures = Array.from({ length: SIGNATURES }, (_, rank) => signatureOfRank(rank));

/** Crashes as search engines get them, in the order of their arrival over 26 weeks, one at a time. */
export function* generatedDocuments(plan: CorpusPlan): Generator<SearchDocument, void> {
  for (let index = 0; index < plan.count; index += 1) yield documentAt(index, plan);
}

function documentAt(index: number, { count, until }: CorpusPlan): SearchDocument {
  const chance = random(1, index);
  const arrival = until - SPAN_MS + Math.floor((SPAN_MS * (index + chance.next())) / count);
  const rank = zipf(SIGNATURES, chance);
  const signature = signatures[rank] ?? "";
  const product = chance.pickByShare(PRODUCTS).name;
  const system = product === "Fenix" || product === "Focus" ? ANDROID : chance.pickByShare(DESKTOPS);
  return {
    uuid: newCrashId(new Date(arrival), chance.uuid(), 0),
    date: formatMicroseconds(BigInt(arrival) * 1000n + BigInt(chance.integer(0, 999))),
    signature,
    product,
    ...buildOf(arrival, chance),
    ...systemOf(system, chance),
    ...sessionOf(arrival, chance),
    ...faultOf(rank, signature, system.reasons, chance),
    ...stackOf(signature, chance),
    ...memoryOf(chance),
  };
}

type Values = Omit<Partial<SearchDocument>, "uuid" | "date" | "signature">;

function buildOf(arrival: number, chance: Random): Values {
  const channel = chance.pickByShare(CHANNELS);
  const days = Math.floor(arrival / DAY_MS) - chance.integer(0, 28);
  const major = Math.floor(days / 28) - 594;
  const built = new Date(days * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
  return {
    release_channel: channel.name,
    version: `${major}.0${chance.pick(channel.suffixes)}`,
    major_version: major,
    build_id: Number(`${built}${chance.pick(["040506", "093015", "214512"])}`),
    vendor: "Mozilla",
    useragent_locale: [chance.pick(["en-us", "de", "fr", "zh-cn", "ru", "es-es", "pl", "ja"])],
  };
}

function systemOf(
  { platform, versions, pretty }: (typeof DESKTOPS)[number] | typeof ANDROID,
  chance: Random,
): Values {
  const which = chance.integer(0, versions.length - 1);
  const model = chance.integer(1, 60);
  return {
    platform,
    platform_version: versions[which] ?? "",
    platform_pretty_version: pretty[which] ?? "",
    cpu_arch: platform === "Android" ? "arm64" : chance.pick(["amd64", "amd64", "amd64", "x86"]),
    cpu_info: `family 6 model ${model} stepping ${chance.integer(1, 9)}`,
    cpu_count: chance.pick([2, 4, 8, 12, 16]),
    adapter_vendor_id: chance.pick(["0x10de", "0x8086", "0x1002"]),
    adapter_device_id: `0x${(0x1000 + chance.integer(0, 400)).toString(16)}`,
    adapter_driver_version: `${chance.integer(20, 32)}.0.${chance.integer(100, 140)}.${chance.integer(1000, 9999)}`,
  };
}

function sessionOf(arrival: number, chance: Random): Values {
  const second = Math.floor(arrival / 1000);
  const installAge = chance.integer(60, 90 * 86_400);
  const uptime = Math.ceil(chance.logNormal(2_400, 1.7));
  return {
    uptime,
    uptime_ts: uptime + chance.next(),
    install_age: installAge,
    // Somebody who crashes crashes again with the same installation.
    install_time: second - installAge - (second % 37) * 1000,
    last_crash: chance.integer(100, 1_000_000),
    process_type: chance.pickByShare(PROCESSES).type,
    startup_crash: chance.chance(0.03),
    safe_mode: chance.chance(0.01),
    is_garbage_collecting: chance.chance(0.05),
    dom_fission_enabled: true,
    addons: distinct(
      chance.integer(0, 8),
      () => `addon${zipf(ADDONS, chance)}@example.org:${chance.integer(1, 9)}.0`,
    ),
    app_notes: `DWrite? DWrite+ WR? WR+ has dual GPUs. GPU #2: ${chance.hex(4)}`,
    submitted_from: chance.pick(["Client", "Auto", "Infobar", "AboutCrashes"]),
    ...(chance.chance(0.03) && { user_comments: sentence(chance) }),
    ...(chance.chance(0.1) && { url: `https://site${zipf(5_000, chance)}.example/page/${chance.hex(6)}` }),
  };
}

function faultOf(rank: number, signature: string, reasons: readonly string[], chance: Random): Values {
  return {
    reason: chance.chance(0.8) ? (reasons[rank % reasons.length] ?? "") : chance.pick(reasons),
    address: chance.chance(0.5)
      ? chance.pick(["0x0000000000000000", "0xffffffffffffffff"])
      : `0x${chance.hex(16)}`,
    ...(rank % 4 === 1 && { moz_crash_reason: `MOZ_RELEASE_ASSERT(mState == ${rank % 97})` }),
    ...(signature.startsWith("OOM") && { oom_allocation_size: 2 ** chance.integer(12, 30) }),
    ...(signature.startsWith("shutdownhang") && {
      shutdown_progress: chance.pick(["quit-application", "profile-before-change", "xpcom-shutdown"]),
      ipc_shutdown_state: "RecvShutdown",
    }),
    crashing_thread: chance.chance(0.6) ? 0 : chance.integer(1, 60),
    crashing_thread_name: chance.pick(["MainThread", "Renderer", "Compositor", "StreamTrans #3"]),
  };
}

function stackOf(signature: string, chance: Random): Values {
  const callers = Array.from({ length: 9 }, () => signatures[zipf(2_000, chance)] ?? "");
  const frames = [signature, ...callers];
  return {
    proto_signature: frames.join(" | "),
    topmost_filenames: [`dom/base/file${zipf(3_000, chance)}.cpp`],
    modules_in_stack: distinct(chance.integer(4, 12), () =>
      moduleNamed(zipf(MODULES, chance), chance.integer(0, 20)),
    ),
    thread_count: chance.integer(20, 120),
    stackwalk_version: "0.22.1",
  };
}

function moduleNamed(module: number, build: number): string {
  const debugId = (module * 2_654_435_761 + build * 40_503).toString(16).padStart(12, "0");
  return `module${module}.dll/${debugId.repeat(3).slice(0, 33)}`;
}

function memoryOf(chance: Random): Values {
  const physical = chance.pick([4, 8, 16, 32]) * 2 ** 30;
  return {
    total_physical_memory: physical,
    available_physical_memory: Math.floor(physical * chance.next()),
    available_virtual_memory: 2 ** 47 - chance.integer(1e9, 4e9),
    total_virtual_memory: 2 ** 47,
    available_page_file: Math.floor(physical * 1.5 * chance.next()),
    total_page_file: physical * 1.5,
    system_memory_use_percentage: chance.integer(5, 99),
  };
}

/** A rank below a limit, the first ones by far the most often. */
function zipf(limit: number, chance: Random): number {
  return Math.floor(Math.exp(chance.next() * Math.log(limit))) - 1;
}

function distinct(count: number, make: () => string): readonly string[] {
  return [...new Set(Array.from({ length: count }, make))];
}

function sentence(chance: Random): string {
  return Array.from({ length: chance.integer(3, 30) }, () => chance.pick(WORDS)).join(" ");
}
