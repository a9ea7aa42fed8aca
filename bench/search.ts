import { superSearch } from "#test/send-crash";
import { percentiles, type Measurement } from "./measurement";
import { indexSamples } from "./sample-index";
import { withDirectory, withServer } from "./workplace";

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
    return withServer(directory, async (url) => {
      const measurements: Measurement[] = [];
      for (const [what, query] of Object.entries(queries(new Date())))
        measurements.push(...percentiles(what, await durations(url, query, options.questions), [0.5, 0.95]));
      return measurements;
    });
  });
}

function queries(now: Date): Readonly<Record<string, string>> {
  const fourWeeksAgo = new Date(now.getTime() - 28 * DAY_MS).toISOString();
  return {
    "signature facet, 7 days": "_facets=signature&_results_number=0",
    "signature facet of a product, 7 days": "product=Kestrel&_facets=signature&_results_number=0",
    "signature facet, 28 days": `_facets=signature&_results_number=0&date=>=${fourWeeksAgo}`,
    "100 newest crashes": "_columns=uuid&_columns=signature&_sort=-date&_facets_size=0",
  };
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
