import { AppError } from "#lib/core/errors";

/** An upload of symbols that is not taken; the message says which file, and what is wrong with it. */
export class SymbolsRefused extends AppError {
  override readonly name = "SymbolsRefused";
  readonly code = "symbols_refused";

  constructor(
    message: string,
    readonly status: 400 | 413 = 400,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
