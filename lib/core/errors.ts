const brand = Symbol.for("crash-stats.app-error");

/**
 * An error that was foreseen. `code` is stable and documented, `status` is the
 * HTTP answer, and `transient` says that the same call may work later. The
 * message is shown to whoever made the request: it names the value and what is
 * accepted, and holds no protected data. Anything that is not an AppError is a
 * bug and becomes a logged 500.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  readonly transient: boolean = false;
  readonly [brand] = true;
}

/**
 * Recognises an AppError by its brand rather than by its class: the server and
 * the web pages are bundled apart, so the same class exists twice in a process.
 */
export function isAppError(error: unknown): error is AppError {
  return typeof error === "object" && error !== null && brand in error;
}

/** An AppError of the given code, whichever bundle made it. */
export function hasCode(error: unknown, code: string): error is AppError {
  return isAppError(error) && error.code === code;
}

/** A parameter that cannot be understood, or a value that is not accepted. */
export class BadArgument extends AppError {
  override readonly name = "BadArgumentError";
  readonly code = "bad_argument";
  readonly status = 400;
}

/** No store holds what was asked for about this crash id, which is the message. */
export class CrashIdNotFound extends AppError {
  override readonly name = "CrashIDNotFound";
  readonly code = "crash_id_not_found";
  readonly status = 404;
}

/** The store cannot be reached or is full; the same call may work later. */
export class StorageUnavailable extends AppError {
  override readonly name = "StorageUnavailable";
  readonly code = "storage_unavailable";
  readonly status = 503;
  override readonly transient = true;
}

/** The queue did not take these crash ids, each with the reason; it has taken any others of the same call. */
export class CrashIdsFailedToPublish extends AppError {
  override readonly name = "CrashIdsFailedToPublish";
  readonly code = "publish_failed";
  readonly status = 503;
  override readonly transient = true;

  constructor(
    readonly failures: readonly { readonly id: string; readonly reason: string }[],
    options?: ErrorOptions,
  ) {
    const listed = failures.map(({ id, reason }) => `${id} (${reason})`).join(", ");
    super(`The queue did not take ${listed}.`, options);
  }
}

/** The store refuses what it is asked, and will again: its settings or permissions are wrong. */
export class StorageRefused extends AppError {
  override readonly name = "StorageRefused";
  readonly code = "storage_refused";
  readonly status = 503;
}

/** Stores inside a container failed; what the others did stays done. `failures` has every error, in the stores' order. */
export class PolyCrashStorageError extends AppError {
  override readonly name = "PolyCrashStorageError";
  readonly code = "poly_storage_error";
  readonly status = 503;
  override readonly transient: boolean;

  constructor(readonly failures: readonly unknown[]) {
    super(
      failures.map((failure) => (failure instanceof Error ? failure.message : String(failure))).join("; "),
    );
    this.transient = failures.every((failure) => isAppError(failure) && failure.transient);
  }
}

/** The store answered with something that cannot be what was saved. */
export class StorageCorrupt extends AppError {
  override readonly name = "StorageCorrupt";
  readonly code = "storage_corrupt";
  readonly status = 500;
}

/** A setting is wrong; the program does not start. */
export class BadSetting extends AppError {
  override readonly name = "BadSetting";
  readonly code = "bad_setting";
  readonly status = 500;
}

/** What is wrong about each parameter, in sentences. */
export type ParameterErrors = Readonly<Record<string, readonly string[]>>;

/** The parameter errors of an InvalidParameters, whichever bundle made it; null for any other error. */
export function parameterErrors(error: unknown): ParameterErrors | null {
  return hasCode(error, "invalid_parameters") && "errors" in error ? (error.errors as ParameterErrors) : null;
}

/** Parameters whose form is wrong, each with what is wrong about it. */
export class InvalidParameters extends AppError {
  override readonly name = "InvalidParameters";
  readonly code = "invalid_parameters";
  readonly status = 400;

  constructor(readonly errors: ParameterErrors) {
    super(
      Object.entries(errors)
        .map(([name, messages]) => `${name}: ${messages.join(" ")}`)
        .join("; "),
    );
  }
}

/** The asker may not do this. */
export class Forbidden extends AppError {
  override readonly name = "Forbidden";
  readonly code = "forbidden";
  readonly status = 403;
}

/** The token that came with a request cannot be used. */
export class TokenRefused extends AppError {
  override readonly name = "TokenRefused";
  readonly code = "token_refused";
  readonly status = 403;
}

/** The asker has asked too much; the same request works after `retryAfterSeconds`. */
export class TooManyRequests extends AppError {
  override readonly name = "TooManyRequests";
  readonly code = "too_many_requests";
  readonly status = 429;

  constructor(readonly retryAfterSeconds: number) {
    super("Too Many Requests");
  }
}

/** The server that was asked answers no more requests of ours for now; the same one works later. */
export class RateLimitReached extends AppError {
  override readonly name = "RateLimitReached";
  readonly code = "rate_limit_reached";
  readonly status = 503;
  override readonly transient = true;
}

/** The search engine cannot answer now; the same search may work later. */
export class SearchUnavailable extends AppError {
  override readonly name = "SearchUnavailable";
  readonly code = "search_unavailable";
  readonly status = 503;
  override readonly transient = true;
}
