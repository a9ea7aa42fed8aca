import { setTimeout as wait } from "node:timers/promises";
import type { CrashId } from "#lib/core/crash-id";
import { encodeSubmission } from "#lib/sampledata/encode-submission";
import type { SampleSubmission } from "#lib/sampledata/submissions";
import { TRUSTED_TOKEN } from "#test/server-process";

export interface PersistentSending {
  readonly url: string;
  /** Told how many are acknowledged, after each. */
  readonly onAcknowledged?: ((count: number) => void) | undefined;
}

const SENDERS = 8;
const AGAIN_AFTER_MS = 250;
const PATIENCE_MS = 300_000;

/**
 * Sends crashes as a crash reporter with patience does: one that is answered 5xx, or not at all, is sent again under the
 * same id until it is acknowledged. Gives the ids.
 */
export async function sendAllUntilAcknowledged(
  submissions: Iterator<SampleSubmission>,
  { url, onAcknowledged }: PersistentSending,
): Promise<readonly CrashId[]> {
  const acknowledged: CrashId[] = [];
  const sender = async () => {
    for (let next = submissions.next(); !next.done; next = submissions.next()) {
      await sendUntilAcknowledged(next.value, url);
      acknowledged.push(next.value.crashId);
      onAcknowledged?.(acknowledged.length);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return acknowledged;
}

async function sendUntilAcknowledged(submission: SampleSubmission, url: string): Promise<void> {
  const { crashId, submittedAt, annotations } = submission;
  const { headers, body } = encodeSubmission({
    ...submission,
    annotations: { ...annotations, uuid: crashId, submitted_timestamp: submittedAt.toISOString() },
  });
  const limit = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${url}/submit`, {
      method: "POST",
      headers: { ...headers, Authorization: `Bearer ${TRUSTED_TOKEN}` },
      body: Buffer.from(body),
    }).then(
      async (response) => ({ status: response.status, text: (await response.text()).trim() }),
      (error: unknown) => ({ status: 0, text: String(error) }),
    );
    if (answer.text === `CrashID=bp-${crashId}`) return;
    const mayWorkLater = answer.status === 0 || answer.status >= 500;
    if (!mayWorkLater || Date.now() > limit)
      throw new Error(`${crashId} is not taken: ${answer.status} ${answer.text}`);
    await wait(AGAIN_AFTER_MS);
  }
}
