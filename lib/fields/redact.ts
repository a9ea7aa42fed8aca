import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { Viewer } from "#lib/core/viewer";
import { PROCESSED_CRASH_KEYS, RAW_CRASH_KEYS, type Key } from "./keys";

/**
 * What a viewer may see of a raw crash. Whoever may not see protected data gets public keys only: one
 * that is not known to be public, or holds another type than it should, is left out, and so is an
 * object or list of which nothing is left.
 */
export function redactRawCrash(crash: RawCrash, viewer: Viewer): JsonObject {
  return viewer.can("view_pii") ? crash : publicObject(crash, rawShape);
}

/** What a viewer may see of a processed crash, by the same rule. */
export function redactProcessedCrash(crash: ProcessedCrash, viewer: Viewer): JsonObject {
  return viewer.can("view_pii") ? crash : publicObject(crash, processedShape);
}

/**
 * The paths in a processed crash that are not declared, or hold another type than they should, each once, with `[]` for the
 * items of a list. Nobody without `view_pii` is shown them. Below a path that is not declared nothing is looked at.
 */
export function undeclaredKeys(crash: JsonObject): readonly string[] {
  const found = new Set<string>();
  const look = (value: Json, shape: Shape | undefined, path: string) => {
    if (!shape?.key || !hasType(value, shape.key)) found.add(path);
    else lookBelow(value, shape, path);
  };
  const lookBelow = (value: Json, shape: Shape, path: string) => {
    if (isJsonArray(value)) for (const item of value) look(item, shapeBelow(shape, "[]"), `${path}.[]`);
    else if (isJsonObject(value))
      for (const [name, item] of Object.entries(value))
        if (item !== undefined) look(item, shapeBelow(shape, name), path === "" ? name : `${path}.${name}`);
  };
  lookBelow(crash, processedShape, "");
  return [...found];
}

/** A key and the keys below it. */
interface Shape {
  readonly key: Key | null;
  readonly named: ReadonlyMap<string, Shape>;
  readonly patterns: readonly { readonly pattern: RegExp; readonly shape: Shape }[];
}

const rawShape = shapeOf(RAW_CRASH_KEYS);
const processedShape = shapeOf(PROCESSED_CRASH_KEYS);

function publicObject(value: JsonObject, shape: Shape): JsonObject {
  const entries = Object.entries(value).flatMap(([name, item]): [string, Json][] => {
    const below = shapeBelow(shape, name);
    const shown = item === undefined || !below ? undefined : publicValue(item, below);
    return shown === undefined ? [] : [[name, shown]];
  });
  return Object.fromEntries(entries);
}

function publicValue(value: Json, shape: Shape): Json | undefined {
  if (shape.key?.access !== "public" || !hasType(value, shape.key)) return undefined;
  if (isJsonObject(value)) {
    const shown = publicObject(value, shape);
    return Object.keys(shown).length > 0 || Object.keys(value).length === 0 ? shown : undefined;
  }
  if (!isJsonArray(value)) return value;
  const items = shapeBelow(shape, "[]");
  const shown = items
    ? value.map((item) => publicValue(item, items)).filter((item) => item !== undefined)
    : [];
  return shown.length > 0 || value.length === 0 ? shown : undefined;
}

function shapeBelow(shape: Shape, name: string): Shape | undefined {
  return shape.named.get(name) ?? shape.patterns.find(({ pattern }) => pattern.test(name))?.shape;
}

function hasType(value: Json, { type }: Key): boolean {
  if (type.includes("any")) return true;
  if (typeof value === "number")
    return type.includes("number") || (type.includes("integer") && Number.isInteger(value));
  if (value === null) return type.includes("null");
  return type.includes(isJsonArray(value) ? "array" : typeof value);
}

interface GrowingShape extends Shape {
  key: Key | null;
  readonly named: Map<string, GrowingShape>;
  readonly patterns: { readonly source: string; readonly pattern: RegExp; readonly shape: GrowingShape }[];
}

function newShape(): GrowingShape {
  return { key: null, named: new Map(), patterns: [] };
}

function shapeOf(keys: ReadonlyMap<string, Key>): Shape {
  const root = newShape();
  for (const [path, key] of keys) stepsOf(path).reduce(grow, root).key = key;
  return root;
}

/** The steps of a path; a pattern may hold dots of its own. */
function stepsOf(path: string): readonly string[] {
  return path.match(/\(re:.*?\)(?=\.|$)|[^.]+/g) ?? [];
}

function grow(shape: GrowingShape, step: string): GrowingShape {
  if (!step.startsWith("(re:")) {
    const below = shape.named.get(step) ?? newShape();
    shape.named.set(step, below);
    return below;
  }
  const source = step.slice("(re:".length, -1);
  const known = shape.patterns.find((pattern) => pattern.source === source);
  if (known) return known.shape;
  const added = { source, pattern: new RegExp(source, "s"), shape: newShape() };
  shape.patterns.push(added);
  return added.shape;
}
