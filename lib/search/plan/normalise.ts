import type { Clause } from "./plan";

/**
 * The same clause in its plainest form: nothing of one kind inside the same kind, nothing joined with
 * nothing, no negated negation. Two clauses that differ only in these have one normal form.
 */
export function normalised(clause: Clause): Clause {
  switch (clause.kind) {
    case "test":
      return clause;
    case "not": {
      const inner = normalised(clause.clause);
      return inner.kind === "not" ? inner.clause : { kind: "not", clause: inner };
    }
    case "all":
    case "any": {
      const of = clause.of.map(normalised).flatMap((part) => (part.kind === clause.kind ? part.of : [part]));
      const [only] = of;
      return only && of.length === 1 ? only : { kind: clause.kind, of };
    }
  }
}

/** The clauses that must all hold for a clause in normal form to hold. */
export function conjuncts(clause: Clause): readonly Clause[] {
  return clause.kind === "all" ? clause.of : [clause];
}

/** Whether two clauses say the same, apart from the order in which they say it. */
export function sayTheSame(one: Clause, other: Clause): boolean {
  return keyOf(normalised(one)) === keyOf(normalised(other));
}

function keyOf(clause: Clause): string {
  switch (clause.kind) {
    case "test":
      return JSON.stringify([clause.field, clause.operator, clause.value]);
    case "not":
      return `not ${keyOf(clause.clause)}`;
    case "all":
    case "any":
      return `${clause.kind}(${[...new Set(clause.of.map(keyOf))].sort().join()})`;
  }
}
