import type { ProductName } from "./catalogue/component";
import type { LoadedModule, UnloadedModule } from "./minidump-description";
import { debugIdentity, modulesOn, type NativeModule, type Platform } from "./native-modules";
import { hash, type Random } from "./random";
import { codeBytes } from "./symbol-layout";

/** Where the parts of a process lie; addresses of 32 bits for x86. */
interface Regions {
  readonly program: number;
  readonly libraries: number;
  readonly stacks: number;
  readonly generatedCode: number;
  readonly unloaded: number;
}

const WIDE: Regions = {
  program: 0x7ff6_0000_0000,
  libraries: 0x7ffb_0000_0000,
  stacks: 0x00d4_0000_0000,
  generatedCode: 0x2f1a_0000_0000,
  unloaded: 0x7ffa_1000_0000,
};

const REGIONS = {
  windows: WIDE,
  macos: { ...WIDE, program: 0x1_0400_0000, libraries: 0x1_8000_0000, stacks: 0x1_6f00_0000 },
  linux: { ...WIDE, program: 0x55d0_0000_0000, libraries: 0x7f30_0000_0000, stacks: 0x7ffc_0000_0000 },
  android: { ...WIDE, program: 0x62_0000_0000, libraries: 0x70_0000_0000, stacks: 0x7a_0000_0000 },
  x86: {
    program: 0x0040_0000,
    libraries: 0x6200_0000,
    stacks: 0x1000_0000,
    generatedCode: 0x3a00_0000,
    unloaded: 0x5800_0000,
  },
} as const;

const OWN_MODULES: Readonly<Record<ProductName, readonly string[]>> = {
  Kestrel: ["kestrel", "talon"],
  Heron: ["heron", "heronmail", "talon"],
  Wren: ["wren", "talon"],
  "Osprey Studio": ["osprey", "ospreycore", "ospreyrender"],
};

/** How often a library that is not part of the system is loaded without being on a stack. */
const PRESENCE: Readonly<Record<string, number>> = {
  guard: 0.12,
  nvidia: 0.3,
  intelgpu: 0.35,
  amdgpu: 0.2,
  art: 1,
};

const UNLOADED_PLUGIN = "NimbusCodec64.dll";
const UNLOADED_BYTES = 0x6_0000;
const ALIGNMENT = 0x1_0000;

/** The modules of a process with their addresses, and places for what is not in a module. */
export interface AddressSpace {
  /** The program first, then by address. */
  readonly modules: readonly LoadedModule[];
  readonly unloadedModules: readonly UnloadedModule[];
  /** By the names of the call notation. */
  readonly byName: ReadonlyMap<string, LoadedModule>;
  /** The lowest stack address of a thread, somewhere else each time it is asked for. */
  stackPointer(threadIndex: number): number;
  /** An address for code without a name, the same distance from its region's start for the same key. */
  anonymousAddress(module: string, key: string): number;
}

/** What a process is made of. */
export interface ProcessParts {
  readonly product: ProductName;
  readonly platform: Platform;
  /** File version of the product's own modules. */
  readonly version: readonly [number, number, number, number];
  readonly systemVersion: readonly [number, number, number];
  /** Epoch seconds. */
  readonly builtAt: number;
  /** Names of the modules that are on stacks. */
  readonly onStacks: ReadonlySet<string>;
}

/** Loads the product's own modules, the system's and those on stacks at addresses that chance moves. */
export function addressSpace(parts: ProcessParts, chance: Random): AddressSpace {
  const { os, cpu } = parts.platform;
  const regions = REGIONS[cpu === "x86" ? "x86" : os];
  const own = OWN_MODULES[parts.product];
  const slide = chance.integer(0, cpu === "x86" ? 0x20 : 0x7ff) * ALIGNMENT;
  const byName = new Map<string, LoadedModule>();
  let next = regions.libraries + slide;
  const files = moduleFiles(parts);
  for (const module of modulesOn(os)) {
    const file = files.get(module);
    if (!file || !isLoaded(module, parts, chance)) continue;
    const base = module.name === own[0] ? regions.program + slide : next;
    const loaded = { ...file, base };
    byName.set(module.name, loaded);
    if (base === next) next += loaded.size + chance.integer(1, 8) * ALIGNMENT;
  }
  const program = byName.get(own[0] ?? "");
  const libraries = [...byName.values()].filter((module) => module !== program);
  const hasUnloaded = parts.onStacks.has("unloaded");
  return {
    modules: program ? [program, ...libraries] : libraries,
    unloadedModules: hasUnloaded
      ? [{ path: UNLOADED_PLUGIN, base: regions.unloaded, size: UNLOADED_BYTES, timestamp: parts.builtAt }]
      : [],
    byName,
    stackPointer: (threadIndex) =>
      regions.stacks + slide + threadIndex * 0x10_0000 + chance.integer(0, 0xfff) * 16,
    anonymousAddress(module, key) {
      const offset = 0x1000 + (hash(key) % 0x5000) * 16;
      if (module === "unloaded") return regions.unloaded + offset;
      return (byName.get(module)?.base ?? regions.generatedCode) + offset;
    },
  };
}

function isLoaded(module: NativeModule, { product, onStacks }: ProcessParts, chance: Random): boolean {
  if (onStacks.has(module.name)) return true;
  if (module.own) return OWN_MODULES[product].includes(module.name);
  return chance.chance(PRESENCE[module.name] ?? (module.hasSymbols ? 1 : 0));
}

type ModuleFile = Omit<LoadedModule, "base">;

const knownFiles = new Map<string, ReadonlyMap<NativeModule, ModuleFile>>();

/** All files that a process of these parts may load; processes with the same build and system share them. */
function moduleFiles(parts: ProcessParts): ReadonlyMap<NativeModule, ModuleFile> {
  const { product, platform, systemVersion, builtAt } = parts;
  const key = [product, platform.os, platform.cpu, builtAt, ...systemVersion].join(" ");
  const known = knownFiles.get(key);
  if (known) return known;
  const files = new Map(modulesOn(platform.os).map((module) => [module, moduleFile(module, parts)]));
  knownFiles.set(key, files);
  return files;
}

function moduleFile(module: NativeModule, parts: ProcessParts): ModuleFile {
  const { os } = parts.platform;
  const file = module.files[os] ?? "";
  const plausible = (8 + (hash(module.name) % 40)) * (module.own ? 0x4_0000 : ALIGNMENT);
  const versioned = os === "windows" || (os === "macos" && module.own);
  const systemDate = 0x5f00_0000 + (hash(file + parts.systemVersion.join(".")) % 0x900_0000);
  return {
    ...debugIdentity(module, parts.platform),
    path: modulePath(module, file, parts),
    version: versioned ? (module.own ? parts.version : [...parts.systemVersion, 1]) : null,
    size: Math.ceil(Math.max(plausible, codeBytes(module.name)) / ALIGNMENT) * ALIGNMENT,
    timestamp: module.own ? parts.builtAt : systemDate,
    hasSymbols: module.hasSymbols,
  };
}

function modulePath(
  { own, hasSymbols }: NativeModule,
  file: string,
  { product, platform }: ProcessParts,
): string {
  const folder = product.toLowerCase().replace(" ", "-");
  switch (platform.os) {
    case "windows":
      return own ? `C:\\Program Files\\${product}\\${file}` : `C:\\Windows\\System32\\${file}`;
    case "macos":
      return own ? `/Applications/${product}.app/Contents/MacOS/${file}` : `/usr/lib/system/${file}`;
    case "linux":
      return own ? `/usr/lib/${folder}/${file}` : `/usr/lib/x86_64-linux-gnu/${file}`;
    case "android":
      if (own) return `/data/app/org.wren.browser/lib/arm64/${file}`;
      return hasSymbols ? `/apex/com.android.runtime/lib64/bionic/${file}` : `/vendor/lib64/${file}`;
  }
}
