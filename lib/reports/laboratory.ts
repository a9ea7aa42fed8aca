import type { SiglistComparison, SignatureFlow } from "#lib/signature/compare-siglists";

/** Crashes that have one signature and would get one. */
export type LaboratoryRow = SignatureFlow;

/** Signatures that would change in one way. */
export interface LaboratoryPart {
  readonly title: string;
  /** How many signatures. */
  readonly signatures: number;
  readonly rows: readonly LaboratoryRow[];
}

/** What came of an experiment, as people see it. */
export type LaboratoryOutcome =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "compared"; readonly summary: string; readonly parts: readonly LaboratoryPart[] };

const MOST_ROWS = 200;

/** A comparison in three tables; of each the rows with most crashes. */
export function laboratoryOutcome(comparison: SiglistComparison, found: number): LaboratoryOutcome {
  const { crashes, changed, moved, split, merged } = comparison;
  const part = (title: string, signatures: number, rows: readonly LaboratoryRow[]) => ({
    title,
    signatures,
    rows: rows.slice(0, MOST_ROWS),
  });
  const number = (count: number) => count.toLocaleString("en");
  return {
    kind: "compared",
    summary: `Of ${number(found)} crashes found, ${number(crashes)} were tried; ${number(changed)} would get another signature.`,
    parts: [
      part(
        "Split",
        split.length,
        split.flatMap(({ flows }) => flows),
      ),
      part(
        "Merged",
        merged.length,
        merged.flatMap(({ flows }) => flows),
      ),
      part("Moved", moved.length, moved),
    ],
  };
}
