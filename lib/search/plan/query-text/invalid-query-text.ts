import { InvalidParameters } from "#lib/core/errors";

/** What is wrong with a query text, and where: `column` counts characters from 1. */
export class InvalidQueryText extends InvalidParameters {
  constructor(
    text: string,
    at: number,
    readonly problem: string,
  ) {
    const column = columnOf(text, at);
    super({ _query: [`Column ${column}: ${problem}`] });
    this.column = column;
  }

  readonly column: number;
}

/** The column an error points at, whichever bundle made it; null for any other error. */
export function errorColumn(error: unknown): number | null {
  const column = typeof error === "object" && error !== null && "column" in error ? error.column : null;
  return typeof column === "number" ? column : null;
}

function columnOf(text: string, at: number): number {
  return Array.from(text.slice(0, at)).length + 1;
}
