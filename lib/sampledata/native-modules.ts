import type { Cpu, Os } from "./minidump-description";
import { hash, random } from "./random";

/** An operating system on a kind of CPU. */
export interface Platform {
  readonly os: Os;
  readonly cpu: Cpu;
}

/** A file of code that sample crashes have on their stacks. */
export interface NativeModule {
  /** What the call notation names it by. */
  readonly name: string;
  /** File name by operating system; it exists on no others. */
  readonly files: Partial<Readonly<Record<Os, string>>>;
  /** Part of the product: installed with it and versioned like it. */
  readonly own: boolean;
  readonly hasSymbols: boolean;
}

/** What the symbol store knows a module by. */
export interface DebugIdentity {
  readonly debugFile: string;
  /** 32 upper-case hexadecimal digits. */
  readonly debugGuid: string;
  readonly debugAge: number;
}

export const PLATFORMS: readonly Platform[] = [
  { os: "windows", cpu: "amd64" },
  { os: "windows", cpu: "x86" },
  { os: "windows", cpu: "arm64" },
  { os: "macos", cpu: "amd64" },
  { os: "macos", cpu: "arm64" },
  { os: "linux", cpu: "amd64" },
  { os: "android", cpu: "arm64" },
];

const own = (name: string, files: NativeModule["files"]): NativeModule => ({
  name,
  files,
  own: true,
  hasSymbols: true,
});

/** A part of the operating system whose symbols are published. */
const known = (name: string, files: NativeModule["files"]): NativeModule => ({
  name,
  files,
  own: false,
  hasSymbols: true,
});

/** A driver or an injected library whose maker publishes no symbols. */
const opaque = (name: string, files: NativeModule["files"]): NativeModule => ({
  name,
  files,
  own: false,
  hasSymbols: false,
});

const modules: readonly NativeModule[] = [
  own("talon", { windows: "talon.dll", macos: "Talon", linux: "libtalon.so", android: "libtalon.so" }),
  own("kestrel", { windows: "kestrel.exe", macos: "kestrel", linux: "kestrel" }),
  own("heron", { windows: "heron.exe", macos: "heron", linux: "heron" }),
  own("heronmail", { windows: "heronmail.dll", macos: "libheronmail.dylib", linux: "libheronmail.so" }),
  own("wren", { android: "libwren.so" }),
  own("osprey", { windows: "OspreyStudio.exe", macos: "OspreyStudio", linux: "osprey-studio" }),
  own("ospreycore", { windows: "OspreyCore.dll", macos: "libOspreyCore.dylib", linux: "libospreycore.so" }),
  own("ospreyrender", {
    windows: "OspreyRender.dll",
    macos: "libOspreyRender.dylib",
    linux: "libospreyrender.so",
  }),
  known("ntdll", { windows: "ntdll.dll" }),
  known("kernel32", { windows: "kernel32.dll" }),
  known("kernelbase", { windows: "KERNELBASE.dll" }),
  known("user32", { windows: "user32.dll" }),
  known("win32u", { windows: "win32u.dll" }),
  known("ucrtbase", { windows: "ucrtbase.dll" }),
  known("vcruntime", { windows: "vcruntime140.dll" }),
  known("combase", { windows: "combase.dll" }),
  known("d3d11", { windows: "d3d11.dll" }),
  known("libc", { linux: "libc.so.6", android: "libc.so" }),
  known("libglib", { linux: "libglib-2.0.so.0" }),
  known("libgtk", { linux: "libgtk-3.so.0" }),
  known("kernel", { macos: "libsystem_kernel.dylib" }),
  known("pthread", { macos: "libsystem_pthread.dylib" }),
  known("systemc", { macos: "libsystem_c.dylib" }),
  known("malloc", { macos: "libsystem_malloc.dylib" }),
  known("memory", { macos: "libsystem_platform.dylib" }),
  known("corefoundation", { macos: "CoreFoundation" }),
  known("appkit", { macos: "AppKit" }),
  known("dyld", { macos: "dyld" }),
  opaque("nvidia", { windows: "nvwgf2umx.dll", linux: "libnvidia-glcore.so.550.120" }),
  opaque("intelgpu", { windows: "igd10iumd64.dll" }),
  opaque("amdgpu", { windows: "amdxx64.dll", linux: "radeonsi_dri.so" }),
  opaque("applegpu", { macos: "AGXMetalG14X" }),
  opaque("adreno", { android: "vulkan.adreno.so" }),
  opaque("art", { android: "libart.so" }),
  opaque("guard", { windows: "WardenHook64.dll" }),
];

const byName = new Map(modules.map((module) => [module.name, module]));

/** Throws when nothing has that name: a slip in the catalogue. */
export function nativeModule(name: string): NativeModule {
  const module = byName.get(name);
  if (!module)
    throw new Error(`The catalogue of sample crashes names the module "${name}", which is not listed.`);
  return module;
}

const byOs = {
  windows: modules.filter(({ files }) => files.windows !== undefined),
  macos: modules.filter(({ files }) => files.macos !== undefined),
  linux: modules.filter(({ files }) => files.linux !== undefined),
  android: modules.filter(({ files }) => files.android !== undefined),
};

/** All modules that exist on an operating system. */
export function modulesOn(os: Os): readonly NativeModule[] {
  return byOs[os];
}

/** Sample builds of all versions share their code, so the ids depend on the file and the platform alone. */
export function debugIdentity({ files }: NativeModule, { os, cpu }: Platform): DebugIdentity {
  const file = files[os] ?? "";
  return {
    debugFile: os === "windows" ? file.replace(/\.[^.]+$/, ".pdb") : file,
    debugGuid: random(hash(`${file} ${os} ${cpu}`))
      .hex(32)
      .toUpperCase(),
    debugAge: os === "windows" ? 1 : 0,
  };
}
