import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";

export function rawCrash(id: CrashId): RawCrash {
  return { uuid: id, submitted_timestamp: new Date().toISOString(), ProductName: "Kestrel" };
}

/** About 80 kB as JSON. */
export function processedCrash(id: CrashId): ProcessedCrash {
  const now = new Date().toISOString();
  return {
    uuid: id,
    date_processed: now,
    signature: "kestrel::Canvas::paint",
    product: "Kestrel",
    version: "12.0",
    release_channel: "release",
    json_dump: { crash_info: { crashing_thread: 0 }, threads: Array.from({ length: 8 }, thread) },
  };
}

function thread(_: unknown, number: number) {
  const frames = Array.from({ length: 50 }, (_, frame) => ({
    frame,
    module: "libkestrel.so",
    function: `kestrel::Layer${number}::step${frame}(kestrel::Rect const&, unsigned int)`,
    file: `src/layers/layer${number}.cpp`,
    line: 100 + frame,
    offset: `0x${(0x7f0000 + 64 * frame).toString(16)}`,
    trust: "cfi",
  }));
  return { thread_name: `Layer ${number}`, frame_count: frames.length, frames };
}
