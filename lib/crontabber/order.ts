import type { ScheduledJob } from "./job";

/** Why jobs cannot be put in order. */
export type OrderProblem =
  | { readonly kind: "cycle"; readonly names: readonly string[] }
  | { readonly kind: "missing"; readonly name: string; readonly dependency: string };

/** Jobs so that each comes after those it depends on, and otherwise as they were given; or why that cannot be. */
export function inOrder(jobs: readonly ScheduledJob[]): readonly ScheduledJob[] | OrderProblem {
  const byName = new Map(jobs.map((scheduled) => [scheduled.job.name, scheduled]));
  const ordered = new Set<ScheduledJob>();
  const place = (scheduled: ScheduledJob, above: readonly string[]): OrderProblem | null => {
    const { name, dependsOn = [] } = scheduled.job;
    if (ordered.has(scheduled)) return null;
    if (above.includes(name)) return { kind: "cycle", names: [...above.slice(above.indexOf(name)), name] };
    for (const dependency of dependsOn) {
      const other = byName.get(dependency);
      const problem = other
        ? place(other, [...above, name])
        : ({ kind: "missing", name, dependency } as const);
      if (problem) return problem;
    }
    ordered.add(scheduled);
    return null;
  };
  for (const scheduled of jobs) {
    const problem = place(scheduled, []);
    if (problem) return problem;
  }
  return [...ordered];
}
