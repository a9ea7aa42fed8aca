import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#lib/core/json";

/** Why Elasticsearch refused something, as far down as it explains it: the outermost reason first. */
export interface Cause {
  readonly type: string;
  readonly reason: string;
  /** Empty where it does not say. */
  readonly index: string;
}

/** The causes in the body of an answer, or in any part of one that is about an error. */
export function causesIn(body: unknown): readonly Cause[] {
  if (isJsonArray(body)) return body.flatMap(causesIn);
  if (!isJsonObject(body)) return [];
  const { type, reason, index } = body;
  const own = typeof type === "string" ? [{ type, reason: textOf(reason), index: textOf(index) }] : [];
  const below = ["error", "failed_shards", "reason", "root_cause", "caused_by"].flatMap((key) =>
    causesIn(body[key]),
  );
  return [...own, ...below];
}

/** Why a document was refused, in one line without any value of it: Elasticsearch likes to quote those. */
export function reasonWithoutValues([outermost]: readonly Cause[]): string {
  if (!outermost) return "for no reason given";
  const told = outermost.reason.replace(/ (?:Preview of|Please correct|All of which were).*$/s, "");
  return `${outermost.type}: ${told}`;
}

/** The failures of single shards in an answer that has the others' results. */
export function shardFailures(answer: JsonObject): readonly JsonObject[] {
  const shards = isJsonObject(answer._shards) ? answer._shards : {};
  return isJsonArray(shards.failures) ? shards.failures.filter(isJsonObject) : [];
}

/**
 * The dotted path of the field because of which a document was refused, or null when the causes name none: a term that
 * is too long for an index, a number that is none, an object where there are values.
 */
export function refusedField(causes: readonly Cause[]): string | null {
  for (const { reason } of causes) {
    const found =
      /immense term in field="([^"]+)"/.exec(reason) ??
      /failed to parse field \[([^\]]+)\]/.exec(reason) ??
      /object mapping for \[([^\]]+)\]/.exec(reason);
    if (found?.[1] !== undefined) return found[1].replace(/\.full$/, "");
  }
  return null;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
