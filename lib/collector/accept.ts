import type { CrashReport, RawCrash } from "#lib/core/crash";
import { crashIdDay, newCrashId, parseCrashId, type CrashId } from "#lib/core/crash-id";
import type { Json, JsonObject } from "#lib/core/json";
import { formatMicroseconds, parseMicroseconds } from "#lib/core/time";
import type { Payload } from "./payload";
import { Refusal } from "./refusal";
import type { ThrottleDecision } from "./throttle";

/** Annotations that identify people or machines and are never kept. */
const REMOVED = ["Email", "TelemetryClientId", "TelemetryServerURL", "TelemetrySessionId"];

const RAW_CRASH_VERSION = 2;

/** What the collector knows of a submission besides its payload. */
export interface Circumstances {
  readonly now: Date;
  /** In lower case. */
  readonly randomUuid: string;
  readonly decision: ThrottleDecision;
  readonly isCompressed: boolean;
  readonly receivedBytes: number;
  readonly userAgent: string | undefined;
  /** The submitter may say when the crash was submitted. */
  readonly trusted: boolean;
}

/** A crash report to be kept, and whether its id came from the client. */
export interface Accepted {
  readonly report: CrashReport;
  readonly idWasSent: boolean;
}

/**
 * Makes the crash report of an accepted payload: annotations without what is never kept, and the
 * collector's own facts, which replace anything sent under their names. A valid crash id that was sent
 * is kept. Throws a Refusal when a trusted submitter's date does not fit the crash id.
 */
export function acceptPayload(
  payload: Payload,
  annotations: ReadonlyMap<string, Json>,
  facts: Circumstances,
): Accepted {
  const notes = [...payload.notes];
  const removed = REMOVED.filter((name) => annotations.has(name));
  notes.push(...removed.map((name) => `Removed ${name} from raw crash.`));
  const ownTimestamp = facts.trusted ? timestampOf(annotations) : null;
  const submitted = ownTimestamp ?? BigInt(facts.now.getTime()) * 1000n;
  const { id, idWasSent } = crashIdOf(annotations, new Date(Number(submitted / 1000n)), facts, notes);
  const timestamp = formatMicroseconds(submitted);
  if (ownTimestamp !== null && timestamp.slice(0, 10).replaceAll("-", "") !== crashIdDay(id))
    throw new Refusal("submitted_timestamp_is_not_of_the_day_of_the_uuid");
  const raw: RawCrash = {
    ...Object.fromEntries([...annotations].filter(([name]) => !removed.includes(name))),
    metadata: metadataOf(payload, notes, facts),
    submitted_timestamp: timestamp,
    uuid: id,
    version: RAW_CRASH_VERSION,
  };
  return { report: { id, raw, dumps: payload.dumps }, idWasSent };
}

function metadataOf({ kind, dumps }: Payload, notes: readonly string[], facts: Circumstances): JsonObject {
  const { rule, percent } = facts.decision;
  return {
    payload: kind,
    payload_compressed: facts.isCompressed ? "1" : "0",
    payload_size: facts.receivedBytes,
    collector_notes: notes,
    dump_checksums: Object.fromEntries([...dumps].map(([name, { checksum }]) => [name, checksum])),
    user_agent: facts.userAgent ?? "None",
    throttle_rule: rule,
    ...(percent === undefined ? {} : { throttle_percent: percent }),
  };
}

/** In microseconds since 1970; null when none was sent. */
function timestampOf(annotations: ReadonlyMap<string, Json>): bigint | null {
  const sent = annotations.get("submitted_timestamp");
  if (sent === undefined) return null;
  const microseconds = typeof sent === "string" ? parseMicroseconds(sent) : null;
  if (microseconds === null) throw new Refusal("submitted_timestamp_is_no_iso_8601_date");
  return microseconds;
}

function crashIdOf(
  annotations: ReadonlyMap<string, Json>,
  arrival: Date,
  { randomUuid, decision }: Circumstances,
  notes: string[],
): { id: CrashId; idWasSent: boolean } {
  const sent = annotations.get("uuid");
  const id = typeof sent === "string" ? parseCrashId(sent) : null;
  if (id) return { id, idWasSent: true };
  if (sent !== undefined) notes.push("uuid sent by the client is not a valid crash id; a new one was made");
  return { id: newCrashId(arrival, randomUuid, decision.result === "defer" ? 1 : 0), idWasSent: false };
}
