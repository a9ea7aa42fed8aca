import { planStorage, savesIntoSearchIndex } from "#lib/crashstorage/plan";
import type { Database } from "#lib/db/database";
import { forgetFailedCrashes } from "#lib/db/failed-crashes";
import { noteMissingSymbols, type BlindCrash } from "#lib/db/missing-symbols";
import { noteProducts } from "#lib/db/products";
import { noteSightings, type Sighting } from "#lib/db/signatures";
import type { IndexValue, SearchDocument } from "#lib/fields/document";
import type { ProcessedFacts } from "#lib/processor/outcome";
import type { Services } from "#lib/services";

/** What puts processed crashes into the search index, unless their storage does so, and what they tell into the database. */
export function processedKeeper({
  config,
  search,
  database,
}: Pick<Services, "config" | "search" | "database">): (crashes: readonly ProcessedFacts[]) => Promise<void> {
  const isIndexed = savesIntoSearchIndex(planStorage(config.crashStorage, config), config);
  return async (crashes) => {
    const documents = crashes.map(({ document }) => document);
    // Who keeps answers of searches is to know that there are other ones, whoever writes the index.
    await search.index(isIndexed ? [] : documents);
    await keepSightings(database, documents);
    await noteMissingSymbols(database, crashes.map(blindCrash));
  };
}

/** The products and signatures that processed crashes bring. */
async function keepSightings(database: Database, documents: readonly SearchDocument[]): Promise<void> {
  await noteProducts(
    database,
    new Set(documents.map(({ product }) => product).filter((product) => typeof product === "string")),
    new Date(),
  );
  await noteSightings(database, documents.map(sightingOf));
  await forgetFailedCrashes(
    database,
    documents.map(({ uuid }) => uuid),
  );
}

function blindCrash({ document, blindingModules: modules }: ProcessedFacts): BlindCrash {
  const { uuid: crashId, signature, date, product, version } = document;
  return { crashId, signature, date, product: textOf(product), version: textOf(version), modules };
}

function textOf(value: IndexValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function sightingOf({ signature, date, build_id: build }: SearchDocument): Sighting {
  return { signature, date: new Date(date), build: typeof build === "number" ? BigInt(build) : null };
}
