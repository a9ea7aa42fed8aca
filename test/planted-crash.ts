import type { ProcessedCrash, RawCrash } from "#lib/core/crash";
import type { CrashId } from "#lib/core/crash-id";
import type { Json } from "#lib/core/json";
import { PROCESSED_CRASH_KEYS, RAW_CRASH_KEYS, type Key } from "#lib/fields/keys";

/** A crash in which every protected key, and one that nobody knows, has a value that cannot come from elsewhere. */
export interface PlantedCrash {
  readonly raw: RawCrash;
  readonly processed: ProcessedCrash;
  /** Those values, as they look in JSON. Booleans cannot be told apart, so keys of no other type are not among them. */
  readonly secrets: readonly string[];
}

interface Growing {
  [key: string]: string | number | boolean | Growing;
}

/** Makes one. It arrived on the day in its id. */
export function plantedCrash(uuid: CrashId): PlantedCrash {
  const arrived = `20${uuid.slice(-6)}`.replace(/^(....)(..)(..)$/, "$1-$2-$3T01:02:03+00:00");
  const raw = plant(RAW_CRASH_KEYS, "raw");
  const processed = plant(PROCESSED_CRASH_KEYS, "processed");
  return {
    raw: {
      ...(raw.document as RawCrash),
      uuid,
      submitted_timestamp: arrived,
      ProductName: "Kestrel",
      version: 2,
    },
    processed: {
      ...(processed.document as ProcessedCrash),
      uuid,
      date_processed: arrived,
      signature: "planted::signature",
      product: "Kestrel",
      version: "1.0",
    },
    secrets: [...raw.secrets, ...processed.secrets],
  };
}

function plant(keys: ReadonlyMap<string, Key>, kind: "raw" | "processed") {
  const document: Growing = { NobodyKnowsThis: `planted-${kind}-unknown` };
  const secrets = [`planted-${kind}-unknown`];
  const isLeaf = (path: string) => ![...keys.keys()].some((other) => other.startsWith(`${path}.`));
  const leaves = [...keys].filter(([path, { access }]) => access === "protected" && isLeaf(path));
  for (const [index, [path, { type }]] of leaves.entries()) {
    const text = `planted-${kind}-${index}-`;
    const value = secretOf(type, text, (kind === "raw" ? 71_000_000 : 72_000_000) + index);
    if (typeof value !== "boolean") secrets.push(String(value));
    set(document, path.replaceAll("(re:^.+$)", "anything").split("."), value);
  }
  return { document: asLists(document), secrets };
}

function secretOf(type: readonly string[], text: string, number: number): string | number | boolean {
  if (type.includes("string") || type.includes("any")) return text;
  return type.includes("integer") || type.includes("number") ? number : true;
}

function set(
  document: Growing,
  [step = "", ...rest]: readonly string[],
  value: string | number | boolean,
): void {
  if (rest.length === 0) {
    document[step] = value;
    return;
  }
  const below = (document[step] ?? {}) as Growing;
  document[step] = below;
  set(below, rest, value);
}

/** Objects whose only key is `[]` are lists of one item. */
function asLists(value: Growing[string]): Json {
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [key, asLists(item)] as const);
  return entries.length === 1 && entries[0]?.[0] === "[]" ? [entries[0][1]] : Object.fromEntries(entries);
}
