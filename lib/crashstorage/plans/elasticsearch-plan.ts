import { refuse, refuseStrangeOptions, type Composition } from "#lib/crashstorage/composition";
import { FORBIDDEN_KEYS } from "#lib/crashstorage/redaction";
import type { StorageSurroundings } from "#lib/crashstorage/surroundings";

export interface ElasticsearchPlan {
  readonly kind: "elasticsearch";
  readonly name: "elasticsearch";
  readonly url: string;
  /** The name of the index of a day, such as `socorro%Y%W`. */
  readonly index: string;
  readonly shards: number;
  readonly timeoutSeconds: number;
  /** What is left out of the crash that is kept. */
  readonly keys: readonly string[];
}

const OPTIONS = ["url", "index", "timeout", "keys"];
const LEFT_OUT = [...FORBIDDEN_KEYS, "json_dump"].join(";");

/** `elasticsearch` or `elasticsearch(url=…, index=…, timeout=…, keys=…)`. Throws BadSetting. */
export function elasticsearchPlan(
  composition: Composition,
  surroundings: StorageSurroundings,
): ElasticsearchPlan {
  const { parts, options } = composition;
  refuseStrangeOptions(composition, OPTIONS);
  if (parts.length > 0) throw refuse("elasticsearch takes options only: elasticsearch(url=URL)");
  const timeout = options.get("timeout") ?? "30";
  if (!/^[1-9]\d{0,3}$/.test(timeout))
    throw refuse(`elasticsearch wants a timeout of 1 to 9999 seconds, not "${timeout}"`);
  return {
    kind: "elasticsearch",
    name: "elasticsearch",
    url: serverOf(options.get("url") ?? surroundings.elasticsearchUrl ?? ""),
    index: options.get("index") ?? surroundings.elasticsearchIndex ?? "socorro%Y%W",
    shards: surroundings.elasticsearchShards ?? 1,
    timeoutSeconds: Number(timeout),
    keys: (options.get("keys") ?? LEFT_OUT).split(";").filter((key) => key !== ""),
  };
}

/** The message does not have the URL: there may be a password in it. */
function serverOf(url: string): string {
  if (url === "")
    throw refuse("elasticsearch wants a server: elasticsearch(url=URL), or the setting ELASTICSEARCH_URL");
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw refuse("elasticsearch wants an http or https URL as url");
  return url;
}

/** One line for the tree of a composition, without a password. */
export function describeElasticsearch({ url, index }: ElasticsearchPlan): string {
  const { protocol, host, pathname } = new URL(url);
  return `elasticsearch  ${protocol}//${host}${pathname === "/" ? "" : pathname}  ${index}`;
}

/** Whether a store keeps its crashes in the index of a search engine. */
export function isSearchIndex(
  plan: ElasticsearchPlan,
  { elasticsearchUrl = "", elasticsearchIndex }: StorageSurroundings,
): boolean {
  if (!URL.canParse(elasticsearchUrl) || plan.index !== elasticsearchIndex) return false;
  return new URL(plan.url).host === new URL(elasticsearchUrl).host;
}
