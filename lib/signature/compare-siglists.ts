/** Crashes that have one signature by the old lists and one by the new lists. */
export interface SignatureFlow {
  readonly old: string;
  readonly new: string;
  readonly crashes: number;
  /** Some of them. */
  readonly examples: readonly string[];
}

/** All crashes of an old signature that is split, or of a new one that is merged of several. */
export interface SignatureGroup {
  readonly signature: string;
  readonly crashes: number;
  /** Those with most crashes first. */
  readonly flows: readonly SignatureFlow[];
}

/** What other lists make of the signatures of many crashes; most crashes first everywhere. */
export interface SiglistComparison {
  readonly crashes: number;
  /** Crashes whose signature is another. */
  readonly changed: number;
  /** All crashes of a signature have another one now, which no other crash has. */
  readonly moved: readonly SignatureFlow[];
  /** Crashes that had one signature have several. */
  readonly split: readonly SignatureGroup[];
  /** Crashes that had several signatures have one. */
  readonly merged: readonly SignatureGroup[];
}

/** Collects pairs of signatures. What it remembers grows with the different pairs, not with the crashes. */
export interface SiglistComparing {
  add(crash: { readonly name: string; readonly old: string; readonly new: string }): void;
  result(): SiglistComparison;
  /** All pairs, also those of one signature twice. */
  flows(): readonly SignatureFlow[];
}

const EXAMPLES = 3;

/** Starts to compare what old and new lists make of crashes. */
export function compareSiglists(): SiglistComparing {
  const flows = new Map<string, GrowingFlow>();
  return {
    add(crash) {
      const key = JSON.stringify([crash.old, crash.new]);
      const flow = flows.get(key) ?? { old: crash.old, new: crash.new, crashes: 0, examples: [] };
      flow.crashes += 1;
      if (flow.examples.length < EXAMPLES) flow.examples.push(crash.name);
      flows.set(key, flow);
    },
    result: () => comparison([...flows.values()]),
    flows: () => [...flows.values()],
  };
}

interface GrowingFlow extends SignatureFlow {
  crashes: number;
  readonly examples: string[];
}

function comparison(flows: readonly SignatureFlow[]): SiglistComparison {
  const split = severalBy(flows, "old");
  const merged = severalBy(flows, "new");
  const [splitNames, mergedNames] = [split, merged].map(
    (groups) => new Set(groups.map(({ signature }) => signature)),
  );
  const changed = flows.filter((flow) => flow.old !== flow.new);
  return {
    crashes: total(flows),
    changed: total(changed),
    moved: changed
      .filter((flow) => !splitNames?.has(flow.old) && !mergedNames?.has(flow.new))
      .sort(mostCrashes),
    split,
    merged,
  };
}

function severalBy(flows: readonly SignatureFlow[], side: "old" | "new"): readonly SignatureGroup[] {
  const groups = new Map<string, SignatureFlow[]>();
  for (const flow of flows) {
    const group = groups.get(flow[side]);
    if (group) group.push(flow);
    else groups.set(flow[side], [flow]);
  }
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .map(([signature, group]) => ({ signature, crashes: total(group), flows: group.sort(mostCrashes) }))
    .sort(mostCrashes);
}

function total(flows: readonly SignatureFlow[]): number {
  return flows.reduce((sum, { crashes }) => sum + crashes, 0);
}

function mostCrashes(one: { readonly crashes: number }, other: { readonly crashes: number }): number {
  return other.crashes - one.crashes;
}
