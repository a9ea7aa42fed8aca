import { DAY_MS, signatureOfRank } from "./search-documents";

/** Query strings that are asked one after the other, as a page or a client does. */
export type Question = readonly string[];

/** Signatures that bugbot asks about at once. */
const WATCHED_SIGNATURES = 30;
/** Parts of signatures, not of one only. */
const PARTS = [
  "Compositor1",
  "Decoder",
  "hang | kernel",
  "::gfx::",
  "Shutdown",
  "alloc_abort",
  "Frame2",
] as const;

type Values = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * Questions of each kind over crashes up to a moment. No two are the same, so that no answer comes out of a cache:
 * their days end some seconds earlier each, as those of people who ask one after the other do.
 */
export function questionsUntil(
  until: number,
  { count, first }: { readonly count: number; readonly first: number },
): Readonly<Record<string, readonly Question[]>> {
  return Object.fromEntries(
    Object.entries(KINDS).map(([kind, ask]) => [
      kind,
      Array.from({ length: count }, (_, index) => ask(until - (first + index) * 1000, index)),
    ]),
  );
}

const KINDS: Readonly<Record<string, (to: number, index: number) => Question>> = {
  "default search (7 days, 50 hits, signature facet)": (to) => [
    query(days(to, 7), { _results_number: 50, _facets: "signature" }),
  ],
  "signature summary": (to, index) => [
    query(days(to, 7), {
      signature: `=${signatureOfRank(index % 10)}`,
      _facets: [
        "platform_pretty_version",
        "process_type",
        "cpu_arch",
        "startup_crash",
        "reason",
        "_histogram.uptime",
      ],
      "_aggs.product.version": "_cardinality.install_time",
      "_histogram_interval.uptime": 60,
      _results_number: 0,
    }),
  ],
  "top crashers (two windows)": (to) => [
    query(days(to, 7), {
      product: "Firefox",
      "_aggs.signature": ["platform", "startup_crash", "_histogram.uptime", "_cardinality.install_time"],
      "_histogram_interval.uptime": 60,
      _results_number: 0,
    }),
    query(days(to - 7 * DAY_MS, 7), { product: "Firefox", _facets_size: 100, _results_number: 0 }),
  ],
  "substring of a signature": (to, index) => [
    query(days(to, 7), { signature: `~${PARTS[index % PARTS.length] ?? ""}`, _results_number: 50 }),
  ],
  "nested three levels": (to) => [
    query(days(to, 7), { "_aggs.product.version": "platform_pretty_version", _results_number: 0 }),
  ],
  "bugbot, selection of signatures": (to) => [
    query(days(to, 14), {
      product: "Firefox",
      release_channel: "release",
      ipc_shutdown_state: "__null__",
      shutdown_progress: "__null__",
      "_aggs.signature": [
        "moz_crash_reason",
        "reason",
        "_histogram.date",
        "_cardinality.install_time",
        "_cardinality.oom_allocation_size",
      ],
      _results_number: 0,
      _facets_size: 10_000,
    }),
  ],
  "bugbot, signatures in detail": (to) => [
    query(days(to, 7), {
      product: "Firefox",
      release_channel: "release",
      signature: Array.from({ length: WATCHED_SIGNATURES }, (_, rank) => `=${signatureOfRank(rank)}`),
      "_aggs.signature": [
        "address",
        "build_id",
        "cpu_arch",
        "proto_signature",
        "_cardinality.user_comments",
        "cpu_arch",
        "platform_pretty_version",
        "platform",
        "is_garbage_collecting",
        "_cardinality.install_time",
        "startup_crash",
        "_histogram.uptime",
        "process_type",
      ],
      _results_number: 0,
      _facets_size: 10_000,
    }),
  ],
};

function days(to: number, count: number): Values {
  return {
    date: [`>=${new Date(to - count * DAY_MS).toISOString()}`, `<${new Date(to).toISOString()}`],
  };
}

function query(...all: readonly Values[]): string {
  const parameters = new URLSearchParams();
  for (const values of all)
    for (const [name, given] of Object.entries(values))
      for (const value of typeof given === "object" ? given : [given]) parameters.append(name, String(value));
  return parameters.toString();
}
