import type { Json } from "#lib/core/json";

/**
 * The path in a frame's file: of `vcs:root:path:revision` the path, of `c:\path` what follows the
 * drive, an absolute path as it is, and of anything else nothing.
 */
export function parseSourceFile(file: Json | undefined): string | null {
  if (typeof file !== "string" || file === "") return null;
  const parts = file.split(":");
  if (parts.length === 4) return parts[2] ?? null;
  if (parts.length === 2) return parts[1] ?? null;
  return file.startsWith("/") ? file : null;
}

/** Functions of Rust 1.34's panic machinery that came without their module, by source file. */
const RUST_PANIC_FUNCTIONS: Readonly<
  Record<string, { readonly module: string; readonly functions: readonly string[] }>
> = {
  "src/liballoc/raw_vec.rs": { module: "alloc::raw_vec", functions: ["capacity_overflow"] },
  "src/libcore/option.rs": { module: "core::option", functions: ["expect_failed"] },
  "src/libcore/panicking.rs": {
    module: "core::panicking",
    functions: ["panic_bounds_check", "panic_fmt", "panic"],
  },
  "src/libcore/slice/mod.rs": { module: "core::slice", functions: ["slice_index_order_fail"] },
  "src/libstd/panicking.rs": {
    module: "std::panicking",
    functions: ["begin_panic_fmt", "continue_panic_fmt", "rust_panic_with_hook"],
  },
};

/** Gives such a function its module; any other keeps its name. */
export function repairRustPanicName(name: string, file: Json | undefined): string {
  const path = parseSourceFile(file) ?? "";
  const known = Object.hasOwn(RUST_PANIC_FUNCTIONS, path) ? RUST_PANIC_FUNCTIONS[path] : undefined;
  return known?.functions.includes(name) ? `${known.module}::${name}` : name;
}
