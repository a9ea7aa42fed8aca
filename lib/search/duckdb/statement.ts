/** SQL text being put together, with its parameters: values never become part of the text. */
export interface Statement {
  readonly parameters: readonly string[];
  /** The placeholder for a text value. */
  bind(value: string): string;
}

/** An empty statement. */
export function newStatement(): Statement {
  const parameters: string[] = [];
  return {
    parameters,
    bind: (value) => `$${parameters.push(value)}::VARCHAR`,
  };
}
