import type { SiglistComparison, SignatureFlow, SignatureGroup } from "#lib/signature/compare-siglists";

const COUNT_WIDTH = 8;

/** What other lists change, as text for a terminal. */
export function comparisonText({ crashes, changed, moved, split, merged }: SiglistComparison): string {
  const lines = [
    `${crashes} crashes, ${changed} of them with another signature`,
    ...section("moved", moved, (flow) => [
      `${count(flow.crashes)}  ${shown(flow.old)}`,
      `${indent}=> ${shown(flow.new)}`,
      examples(flow),
    ]),
    ...section("split", split, (group) => groupLines(group, "=>", (flow) => flow.new)),
    ...section("merged", merged, (group) => groupLines(group, "<=", (flow) => flow.old)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const indent = " ".repeat(COUNT_WIDTH + 2);

function section<T>(
  what: string,
  items: readonly T[],
  linesOf: (item: T) => readonly string[],
): readonly string[] {
  return [
    "",
    `${items.length} ${items.length === 1 ? "signature is" : "signatures are"} ${what}`,
    ...items.flatMap(linesOf),
  ];
}

function groupLines(
  group: SignatureGroup,
  arrow: string,
  other: (flow: SignatureFlow) => string,
): readonly string[] {
  return [
    `${count(group.crashes)}  ${shown(group.signature)}`,
    ...group.flows.flatMap((flow) => [
      `${indent}${arrow} ${count(flow.crashes)}  ${shown(other(flow))}`,
      examples(flow),
    ]),
  ];
}

function examples({ examples: names }: SignatureFlow): string {
  return `${indent}   e.g. ${names.join(", ")}`;
}

function count(crashes: number): string {
  return String(crashes).padStart(COUNT_WIDTH);
}

function shown(signature: string): string {
  return signature === "" ? "(empty)" : signature;
}
