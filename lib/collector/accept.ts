import type { CrashReport, RawCrash } from "#lib/core/crash";
import { crashIdDay, newCrashId, parseCrashId, type CrashId } from "#lib/core/crash-id";
import type { Json } from "#lib/core/json";
import { formatDate, formatMicroseconds, parseMicroseconds } from "#lib/core/time";
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
  readonly compressed: boolean;
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
  annotations: Map<string, Json>,
  facts: Circumstances,
): Accepted {
  const notes = [...payload.notes];
  for (const name of REMOVED) if (annotations.delete(name)) notes.push(`Removed ${name} from raw crash.`);
  const submitted = submittedTimestamp(annotations, facts);
  const { id, idWasSent } = crashIdOf(annotations, facts, notes);
  if (facts.trusted && crashIdDay(id) !== submitted.slice(0, 10).replaceAll("-", ""))
    throw new Refusal("submitted_timestamp_is_not_of_the_day_of_the_uuid");
  const metadata = {
    payload: payload.kind,
    payload_compressed: facts.compressed ? "1" : "0",
    payload_size: facts.receivedBytes,
    collector_notes: notes,
    dump_checksums: Object.fromEntries([...payload.dumps].map(([name, { checksum }]) => [name, checksum])),
    user_agent: facts.userAgent ?? "None",
    throttle_rule: facts.decision.rule,
    ...(facts.decision.percent === undefined ? {} : { throttle_percent: facts.decision.percent }),
  };
  const raw: RawCrash = {
    ...Object.fromEntries(annotations),
    metadata,
    submitted_timestamp: submitted,
    uuid: id,
    version: RAW_CRASH_VERSION,
  };
  return { report: { id, raw, dumps: payload.dumps }, idWasSent };
}

function submittedTimestamp(annotations: ReadonlyMap<string, Json>, { trusted, now }: Circumstances): string {
  const sent = trusted ? annotations.get("submitted_timestamp") : undefined;
  if (sent === undefined) return formatDate(now);
  const microseconds = typeof sent === "string" ? parseMicroseconds(sent) : null;
  if (microseconds === null) throw new Refusal("submitted_timestamp_is_no_iso_8601_date");
  return formatMicroseconds(microseconds);
}

function crashIdOf(
  annotations: ReadonlyMap<string, Json>,
  facts: Circumstances,
  notes: string[],
): { id: CrashId; idWasSent: boolean } {
  const sent = annotations.get("uuid");
  const id = typeof sent === "string" ? parseCrashId(sent) : null;
  if (id) return { id, idWasSent: true };
  if (sent !== undefined)
    notes.push("the uuid sent by the client is not a valid crash id; a new one was made");
  return {
    id: newCrashId(facts.now, facts.randomUuid, facts.decision.result === "defer" ? 1 : 0),
    idWasSent: false,
  };
}
