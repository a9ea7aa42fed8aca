import type { Call } from "./call-notation";
import { everyCall } from "./cause-calls";
import type { SymbolizedCall } from "./minidump-description";

/** A function of a sample module. Offsets are from the start of the module. */
export interface FunctionLayout {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly sites: readonly CallSite[];
}

/** Instructions of one source line, with what is inlined there. */
export interface CallSite {
  readonly offset: number;
  readonly call: Call;
}

export const SITE_BYTES = 32;
const FIRST_FUNCTION = 0x1000;

/** Where a call is in its module, and what symbols say about it. */
export interface Place {
  readonly offset: number;
  readonly symbolized: SymbolizedCall;
}

interface Layout {
  readonly functions: ReadonlyMap<string, readonly FunctionLayout[]>;
  readonly sites: ReadonlyMap<string, { readonly offset: number; readonly functionOffset: number }>;
}

let layout: Layout | null = null;
const places = new WeakMap<Call, Place>();

/** The functions of a module in the order of their addresses; the same on all platforms. */
export function functionsOf(module: string): readonly FunctionLayout[] {
  layout ??= layOut();
  return layout.functions.get(module) ?? [];
}

/** Bytes from a module's start to behind its last function. */
export function codeBytes(module: string): number {
  const last = functionsOf(module).at(-1);
  return last ? last.offset + last.size : FIRST_FUNCTION;
}

/** Where a call that is in the catalogue lies in its module. */
export function placeOf(call: Call): Place {
  const known = places.get(call);
  if (known) return known;
  layout ??= layOut();
  const site = layout.sites.get(siteKey(call));
  if (!site) throw new Error(`The call of ${call.function} is not in the catalogue of sample crashes.`);
  const place = { ...site, symbolized: { call, functionOffset: site.functionOffset } };
  places.set(call, place);
  return place;
}

function layOut(): Layout {
  const modules = new Map<string, Map<string, Map<string, Call>>>();
  for (const call of everyCall()) {
    const functions = entryOf(modules, call.module, () => new Map<string, Map<string, Call>>());
    entryOf(functions, call.function, () => new Map<string, Call>()).set(siteKey(call), call);
  }
  const functions = new Map<string, FunctionLayout[]>();
  const sites = new Map<string, { offset: number; functionOffset: number }>();
  for (const [module, calls] of modules) functions.set(module, layOutModule(calls, sites));
  return { functions, sites };
}

function layOutModule(
  calls: ReadonlyMap<string, ReadonlyMap<string, Call>>,
  sites: Map<string, { offset: number; functionOffset: number }>,
): FunctionLayout[] {
  let next = FIRST_FUNCTION;
  return [...calls].map(([name, callsByKey]) => {
    const offset = next;
    next += SITE_BYTES * (callsByKey.size + 2);
    const placed = [...callsByKey].map(([key, call], index) => {
      // In the middle of the site, so that neither the call nor its return address is on an edge.
      const functionOffset = SITE_BYTES * (index + 1) + SITE_BYTES / 2;
      sites.set(key, { offset: offset + functionOffset, functionOffset });
      return { offset: offset + SITE_BYTES * (index + 1), call };
    });
    return { name, offset, size: next - offset, sites: placed };
  });
}

function siteKey(call: Call): string {
  return JSON.stringify([call.module, call.function, call.file, call.line, call.inlines]);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
