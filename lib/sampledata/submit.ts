import { encodeSubmission, type EncodedSubmission } from "./encode-submission";
import type { SampleSubmission } from "./submissions";

/** How often a collector answered what: `accepted`, or the reason of a refusal. */
export type Outcomes = ReadonlyMap<string, number>;

export interface SubmitOptions {
  /** Such as http://127.0.0.1:8000. */
  readonly url: string;
  /** Token that lets the submissions keep their dates. */
  readonly trustedToken: string;
  /** Submissions on their way at the same time. */
  readonly concurrency: number;
  /** Called after each answer. */
  readonly onAnswer?: (outcome: string) => void;
}

/** Sends submissions to a collector, as crash reporters do, with the dates they were made for. Throws when it answers an error. */
export async function submitAll(
  submissions: Iterable<SampleSubmission>,
  options: SubmitOptions,
): Promise<Outcomes> {
  const outcomes = new Map<string, number>();
  const iterator = submissions[Symbol.iterator]();
  const sender = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const outcome = await send(dated(next.value), options);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      options.onAnswer?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, sender));
  return outcomes;
}

function dated(submission: SampleSubmission): EncodedSubmission {
  const { crashId: uuid, submittedAt, annotations } = submission;
  if (Object.keys(annotations).length === 0) return encodeSubmission(submission);
  const withDate = { ...annotations, uuid, submitted_timestamp: submittedAt.toISOString() };
  return encodeSubmission({ ...submission, annotations: withDate }, { gzip: uuid.startsWith("0") });
}

async function send(
  { headers, body }: EncodedSubmission,
  { url, trustedToken }: SubmitOptions,
): Promise<string> {
  const response = await fetch(`${url}/submit`, {
    method: "POST",
    headers: { ...headers, Authorization: `Bearer ${trustedToken}` },
    body: Buffer.from(body),
  });
  const answer = (await response.text()).trim();
  if (response.status >= 500) throw new Error(`The collector answered ${response.status} ${answer}.`);
  return answer.startsWith("CrashID=") ? "accepted" : answer.replace("Discarded=", "discarded: ");
}
