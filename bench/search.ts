import { superSearch } from "#test/send-crash";
import { startServerProcess } from "#test/server-process";
import { percentiles, type Measurement } from "./measurement";
import { indexSamples } from "./sample-index";
import { withDirectory } from "./workplace";

const QUERIES = {
  "signature facet, 7 days": "_facets=signature&_results_number=0",
  "signature facet of a product, 7 days": "product=Kestrel&_facets=signature&_results_number=0",
  "signature facet, 28 days": "_facets=signature&_results_number=0&date=>=",
  "100 newest crashes": "_columns=uuid&_columns=signature&_sort=-date&_facets_size=0",
} as const;

const WARM_UP = 5;
const DAY_MS = 86_400_000;

/** How long Super Search takes over HTTP, one question at a time, with many crashes indexed. */
export function measureSearch(options: {
  readonly crashes: number;
  readonly questions: number;
  readonly onIndexed: (total: number) => void;
}): Promise<readonly Measurement[]> {
  return withDirectory(async (directory) => {
    await indexSamples(directory, { count: options.crashes, onIndexed: options.onIndexed });
    const server = await startServerProcess(directory);
    try {
      const measurements: Measurement[] = [];
      for (const [what, query] of Object.entries(QUERIES)) {
        const asked = query.endsWith("date=>=") ? query + since(28) : query;
        measurements.push(
          ...percentiles(what, await durations(server.url, asked, options.questions), [0.5, 0.95]),
        );
      }
      return measurements;
    } finally {
      await server.stop();
    }
  });
}

function since(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

async function durations(url: string, query: string, count: number): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  for (let index = -WARM_UP; index < count; index += 1) {
    const started = performance.now();
    const { total } = await superSearch(url, query);
    if (total === 0) throw new Error(`"${query}" finds nothing, so its duration says nothing.`);
    if (index >= 0) milliseconds.push(performance.now() - started);
  }
  return milliseconds;
}
