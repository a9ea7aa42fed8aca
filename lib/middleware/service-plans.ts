import { BadSetting, hasCode } from "#lib/core/errors";
import {
  isKeyOf,
  parseComposition,
  refuse,
  refuseStrangeOptions,
  splitOutside,
  type Composition,
} from "#lib/crashstorage/composition";
import { planStorage } from "#lib/crashstorage/plan";
import { elasticsearchPlan } from "#lib/crashstorage/plans/elasticsearch-plan";
import type { StorageSurroundings } from "#lib/crashstorage/surroundings";
import type { SearchSettings } from "#lib/search/registry";

/** What services read from instead of the crash storage and the search index that the program writes. */
export interface ServicePlans {
  /** A crash storage, as CRASHSTORAGE is written. */
  readonly crashData?: string;
  readonly superSearch?: SearchSettings;
}

type Reader = (text: string, surroundings: StorageSurroundings) => ServicePlans;

/** The services that can read from somewhere else, and what is said about where. */
const SERVICES = {
  crash_data(text, surroundings) {
    planStorage(text, surroundings);
    return { crashData: text };
  },
  super_search: (text, surroundings) => ({ superSearch: engineOf(parseComposition(text), surroundings) }),
} as const satisfies Readonly<Record<string, Reader>>;

/**
 * Reads the setting MIDDLEWARE_SERVICES: `crash_data=fs-permanent(/old), super_search=elasticsearch(url=http://archive:9200)`.
 * Throws BadSetting that says what is wrong and what is accepted.
 */
export function planServices(setting: string, surroundings: StorageSurroundings): ServicePlans {
  const given = new Map<string, ServicePlans>();
  for (const text of explained("", () => splitOutside(setting))) {
    const [, name = "", where = ""] = /^([^=(]+?)\s*=\s*(.+)$/s.exec(text) ?? [];
    if (!isKeyOf(SERVICES, name))
      throw wrong(
        `"${text}" points no service anywhere. Accepted: ${Object.keys(SERVICES).join(", ")}, each with = and where it reads from.`,
      );
    if (given.has(name)) throw wrong(`${name} is pointed at two places.`);
    given.set(
      name,
      explained(`${name}: `, () => SERVICES[name](where, surroundings)),
    );
  }
  return Object.assign({}, ...given.values()) as ServicePlans;
}

function engineOf(composition: Composition, surroundings: StorageSurroundings): SearchSettings {
  const { name, parts } = composition;
  switch (name) {
    case "elasticsearch": {
      refuseStrangeOptions(composition, ["url", "index"]);
      const { url, index } = elasticsearchPlan(composition, surroundings);
      const { dataDirectory } = surroundings;
      return { dataDirectory, elasticsearchUrl: url, elasticsearchIndex: index };
    }
    case "duckdb": {
      refuseStrangeOptions(composition, []);
      const [dataDirectory, ...more] = parts;
      if (dataDirectory === undefined || more.length > 0)
        throw refuse("duckdb wants the data folder whose index it reads: duckdb(FOLDER)");
      return { dataDirectory };
    }
    default:
      throw refuse(
        `"${name}" is no search engine. Accepted: elasticsearch(url=URL, index=NAME), duckdb(FOLDER)`,
      );
  }
}

/** Compositions are read in one place, which tells errors as those of CRASHSTORAGE. */
function explained<T>(about: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!hasCode(error, "bad_setting")) throw error;
    throw wrong(about + error.message.replace(/^CRASHSTORAGE: /, ""), error);
  }
}

function wrong(why: string, cause?: unknown): BadSetting {
  return new BadSetting(`MIDDLEWARE_SERVICES: ${why}`, { cause });
}
