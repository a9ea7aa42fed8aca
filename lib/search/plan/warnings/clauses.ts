import type { Clause } from "../plan";

export type Test = Extract<Clause, { readonly kind: "test" }>;

/** A clause and all inside it. */
export function* nodesOf(clause: Clause): Generator<Clause> {
  yield clause;
  if (clause.kind === "not") yield* nodesOf(clause.clause);
  else if (clause.kind !== "test") for (const part of clause.of) yield* nodesOf(part);
}

/** The tests of a clause. */
export function* testsOf(clause: Clause): Generator<Test> {
  for (const node of nodesOf(clause)) if (node.kind === "test") yield node;
}

/** A clause with another one in the place of a part of it. */
export function rewritten(clause: Clause, part: Clause, replacement: Clause): Clause {
  if (clause === part) return replacement;
  if (clause.kind === "test") return clause;
  if (clause.kind === "not") return { kind: "not", clause: rewritten(clause.clause, part, replacement) };
  return { kind: clause.kind, of: clause.of.map((inner) => rewritten(inner, part, replacement)) };
}
