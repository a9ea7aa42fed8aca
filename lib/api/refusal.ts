import { AppError } from "#lib/core/errors";

/** A refusal whose body clients know word by word. */
export class ApiRefusal extends AppError {
  override readonly name = "ApiRefusal";
  readonly code = "api_refusal";

  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    super(Object.values(body).join(" "), options);
  }
}
