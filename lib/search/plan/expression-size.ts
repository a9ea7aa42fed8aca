import { BadArgument } from "#lib/core/errors";
import type { Clause } from "./plan";
import { LIMITS } from "./limits";
import { testsOf } from "./warnings/clauses";

const piece = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|"[^"]*"|\{\d+(?:,\d*)?\}|[^]/gu;

/**
 * Throws BadArgument for a regular expression whose repetitions, written out, are too long: repetitions inside of
 * repetitions take Elasticsearch all of its memory before it looks at their size.
 */
export function refuseExplosive(where: Clause): void {
  for (const { operator, value } of testsOf(where)) {
    if (operator !== "@" || expressionSize(String(value)) <= LIMITS.expressionSize) continue;
    throw new BadArgument(
      `The repetitions in a regular expression are more than ${LIMITS.expressionSize} characters when written out. Simplify the search pattern and try again.`,
    );
  }
}

/** About how long a regular expression is with its repetitions written out. */
export function expressionSize(source: string): number {
  const open = [0];
  let last = 0;
  const add = (size: number) => open.push((open.pop() ?? 0) + size);
  for (const text of source.match(piece) ?? []) {
    const [, least, most] = /^\{(\d+)(?:,(\d*))?\}$/.exec(text) ?? [];
    if (least !== undefined) {
      const times = Math.max(Number(least), Number(most ?? 0), 1);
      add(last * (times - 1));
      last *= times;
    } else if (text === "(") {
      open.push(0);
    } else {
      last = text === ")" && open.length > 1 ? (open.pop() ?? 0) : text.startsWith('"') ? text.length : 1;
      add(last);
    }
  }
  return open.reduce((sum, size) => sum + size, 0);
}
