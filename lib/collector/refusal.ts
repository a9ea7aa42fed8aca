import { AppError } from "#lib/core/errors";

/**
 * Why a submission is not taken, in the form that crash reporters know: the body of the answer is
 * `Discarded=<reason>`. 400 unless another status says more.
 */
export class Refusal extends AppError {
  override readonly name = "Refusal";
  readonly code = "submission_refused";

  constructor(
    readonly reason: string,
    readonly status = 400,
    options?: ErrorOptions,
  ) {
    super(`Discarded=${reason}`, options);
  }
}

/** A submission that does not follow the protocol. */
export function malformed(what: string, cause?: unknown): Refusal {
  return new Refusal(`malformed_${what}`, 400, { cause });
}
