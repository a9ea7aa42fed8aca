import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What a processor tells about its work. */
export interface ProcessorMetrics {
  /** A crash was taken from the queue. */
  begun(): void;
  /** It is no longer in work: `processed`, `given-up`, `unknown`, `failed` (tried again), `postponed` (not its own fault). */
  ended(outcome: string, seconds: number): void;
  /** How long each stage of one crash took, by the stage's name. */
  timed(seconds: Readonly<Record<string, number>>): void;
  /** A crash became searchable so long after it had arrived, for the first time. */
  ingested(seconds: number): void;
  /** A processed crash has keys that are not declared. */
  undeclared(count: number): void;
}

const STAGE_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const CRASH_SECONDS = [0.01, 0.05, 0.2, 1, 5, 20, 60, 300, 1800];

/** Adds what a processor measures to a registry. */
export function processorMetrics(registry: Registry): ProcessorMetrics {
  const registers = [registry];
  const inWork = new Gauge({
    name: "crash_stats_processor_crashes_in_work",
    help: "Crashes taken from the queue and not yet given back.",
    registers,
  });
  const crashes = new Histogram({
    name: "crash_stats_processor_crash_seconds",
    help: "Time from taking a crash from the queue until it was done with, by how it ended.",
    labelNames: ["outcome"],
    buckets: CRASH_SECONDS,
    registers,
  });
  const stages = new Histogram({
    name: "crash_stats_processor_stage_seconds",
    help: "Time of each stage and rule of processing.",
    labelNames: ["stage"],
    buckets: STAGE_SECONDS,
    registers,
  });
  const ingestion = new Histogram({
    name: "crash_stats_processor_ingestion_seconds",
    help: "Time from the arrival of a new crash until search finds it.",
    buckets: CRASH_SECONDS,
    registers,
  });
  const undeclared = new Counter({
    name: "crash_stats_processor_undeclared_keys_total",
    help: "Keys of processed crashes that are not declared, and therefore shown to nobody without permission.",
    registers,
  });
  return {
    begun: () => inWork.inc(),
    ended(outcome, seconds) {
      inWork.dec();
      crashes.observe({ outcome }, seconds);
    },
    timed(seconds) {
      for (const [stage, took] of Object.entries(seconds)) stages.observe({ stage }, took);
    },
    ingested: (seconds) => ingestion.observe(seconds),
    undeclared: (count) => undeclared.inc(count),
  };
}
