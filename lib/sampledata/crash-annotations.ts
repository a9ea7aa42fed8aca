import type { JsonObject } from "#lib/core/json";
import type { JavaCause, NativeCause } from "./catalogue/root-causes";
import type { Platform } from "./native-modules";
import type { Random } from "./random";
import type { Annotations } from "./user-annotations";

/** How a crash in native code describes itself. */
export function nativeAnnotations(cause: NativeCause, { os }: Platform, chance: Random): Annotations {
  return {
    ...cause.annotations,
    ...processAnnotations(cause, chance),
    ...faultAnnotations(cause, chance),
    ...(os === "windows" && chance.chance(0.3) ? { ModuleSignatureInfo: signers(cause) } : {}),
    ...(cause.process === "gpu" && chance.chance(0.5)
      ? {
          GraphicsCriticalError: `|[0][GFX1-]: Device reset due to driver hang (t=${chance.integer(3, 900)}.2)`,
        }
      : {}),
  };
}

function processAnnotations({ process }: NativeCause, chance: Random): Annotations {
  if (process === "parent") return chance.chance(0.1) ? { IsGarbageCollecting: "1" } : {};
  const annotations: Annotations = { ProcessType: process };
  if (process === "content") {
    annotations.RemoteType = chance.pick([
      "web",
      "web",
      "webIsolated=https://video.example",
      "file",
      "privilegedabout",
    ]);
    annotations.DOMIPCEnabled = "1";
    annotations.ContentSandboxLevel = "6";
    annotations.ContentSandboxCapable = "1";
  }
  if (process === "utility") annotations.UtilityActorsName = "audio-decoder-generic,js-oracle";
  return annotations;
}

function faultAnnotations({ fault, message }: NativeCause, chance: Random): Annotations {
  if (fault === "oom") return { OOMAllocationSize: String(allocationSize(message, chance)) };
  if (message === "") return {};
  return fault === "abort" ? { AbortMessage: message } : { MozCrashReason: message };
}

function allocationSize(kind: string, chance: Random): number {
  if (kind === "large") return chance.integer(1, 900) * 2 ** 20;
  return chance.pick([16, 24, 48, 96, 256, 1_024, 4_096, 16_384, 65_536, 131_072]);
}

function signers({ module }: NativeCause): string {
  return JSON.stringify({
    "Microsoft Windows": [
      "ntdll.dll",
      "kernel32.dll",
      "KERNELBASE.dll",
      "user32.dll",
      "win32u.dll",
      "combase.dll",
    ],
    "Microsoft Windows Hardware Compatibility Publisher": ["nvwgf2umx.dll", "igd10iumd64.dll", "amdxx64.dll"],
    ...(module.startsWith("osprey")
      ? { "Osprey Interactive ApS": ["OspreyStudio.exe", "OspreyCore.dll", "OspreyRender.dll"] }
      : { "Kestrel Project Foundation": ["kestrel.exe", "heron.exe", "talon.dll", "heronmail.dll"] }),
  });
}

/** How an exception in Java code describes itself: as text and as an object. There is no minidump to say it. */
export function javaAnnotations({ crash }: JavaCause): Annotations {
  const { exception, message, frames } = crash;
  const headline = message ? `${exception}: ${message}` : exception;
  const split = exception.lastIndexOf(".");
  const values = [
    {
      stacktrace: {
        type: exception.slice(split + 1),
        module: exception.slice(0, split),
        value: message,
        frames: frames.map(javaFrame),
      },
    },
  ];
  return {
    JavaStackTrace: [headline, ...frames.map((frame) => `\tat ${frame}`)].join("\n"),
    JavaException: JSON.stringify({ exception: { values } }),
    CPUArchitecture: "arm64",
    OS: "Android",
  };
}

function javaFrame(frame: string): JsonObject {
  const [, owner = "", method = "", file = "", line] =
    /^(.*)\.([^.]+)\(([^:)]+)(?::(\d+))?\)$/.exec(frame) ?? [];
  return {
    module: owner,
    function: method,
    in_app: owner.startsWith("org.wren") || owner.startsWith("org.talon"),
    lineno: line === undefined ? null : Number(line),
    filename: file,
  };
}
