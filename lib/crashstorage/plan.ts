import { isKeyOf, parseComposition, refuse, refuseStrangeOptions, type Composition } from "./composition";
import { FS_LAYOUTS } from "./fs-layouts";
import {
  describeElasticsearch,
  elasticsearchPlan,
  isSearchIndex,
  type ElasticsearchPlan,
} from "./plans/elasticsearch-plan";
import { fsPlan, type FsPlan } from "./plans/fs-plan";
import { describeHBase, hbasePlan, type HBasePlan } from "./plans/hbase-plan";
import { describePostgresql, postgresqlPlan, type PostgresqlPlan } from "./plans/postgresql-plan";
import { describeRabbitmq, rabbitmqPlan, type RabbitmqPlan } from "./plans/rabbitmq-plan";
import { describeS3, s3Plan, type S3Plan } from "./plans/s3-plan";
import type { StorageSurroundings } from "./surroundings";

/** The parts that the members of each container play; `…` stands for any number more. */
export const CONTAINER_ROLES = {
  poly: ["member", "…"],
  fallback: ["primary", "fallback"],
  "primary-deferred": ["primary", "deferred"],
  "primary-deferred-processed": ["primary", "deferred", "processed"],
  benchmarking: ["measured"],
  redacting: ["redacted"],
} as const;

export type ContainerName = keyof typeof CONTAINER_ROLES;

/** A crash storage as a setting wants it, checked, before anything is opened. */
export type StoragePlan =
  | { readonly kind: "null"; readonly name: "null" }
  | ElasticsearchPlan
  | FsPlan
  | HBasePlan
  | PostgresqlPlan
  | RabbitmqPlan
  | S3Plan
  | ContainerPlan;

export interface ContainerPlan {
  readonly kind: "container";
  readonly name: ContainerName;
  readonly members: readonly { readonly role: string; readonly plan: StoragePlan }[];
  readonly options: ReadonlyMap<string, string>;
}

const OPTIONS: Readonly<Partial<Record<ContainerName, readonly string[]>>> = {
  "primary-deferred": ["when"],
  "primary-deferred-processed": ["when"],
  benchmarking: ["tag"],
  redacting: ["keys"],
};

/**
 * Reads a composition such as `fallback(fs-radix-tree(/fast), poly(fs-permanent(/a), fs-permanent(/b)))`. Throws
 * BadSetting that says what is wrong: unknown names, members missing or too many, options that are none, or two stores
 * in one folder.
 */
export function planStorage(setting: string, surroundings: StorageSurroundings): StoragePlan {
  const plan = planOf(setting, surroundings);
  const folders = new Map<string, string>();
  for (const { name, folder } of fsPlans(plan)) {
    const other = folders.get(folder);
    if (other !== undefined)
      throw refuse(`${other} and ${name} would share the folder ${folder}; give each its own`);
    folders.set(folder, name);
  }
  return plan;
}

/** The stores that are no containers, each with the reader of what stands in its brackets. */
const STORES = {
  null: nullPlan,
  s3: s3Plan,
  elasticsearch: elasticsearchPlan,
  hbase: hbasePlan,
  postgresql: (composition, { databaseUrl }) => postgresqlPlan(composition, databaseUrl),
  rabbitmq: rabbitmqPlan,
} as const satisfies Readonly<
  Record<string, (composition: Composition, surroundings: StorageSurroundings) => StoragePlan>
>;

function planOf(text: string, surroundings: StorageSurroundings): StoragePlan {
  const composition = parseComposition(text);
  const { name } = composition;
  if (isKeyOf(STORES, name)) return STORES[name](composition, surroundings);
  if (isKeyOf(FS_LAYOUTS, name)) return fsPlan(name, composition, surroundings.dataDirectory);
  if (isKeyOf(CONTAINER_ROLES, name)) return containerPlan(name, composition, surroundings);
  const accepted = [STORES, FS_LAYOUTS, CONTAINER_ROLES].flatMap((table) => Object.keys(table));
  throw refuse(`"${name}" is no crash storage. Accepted: ${accepted.join(", ")}`);
}

function nullPlan({ parts, options }: Composition): StoragePlan {
  if (parts.length > 0 || options.size > 0) throw refuse("null takes nothing in brackets");
  return { kind: "null", name: "null" };
}

function containerPlan(
  name: ContainerName,
  composition: Composition,
  surroundings: StorageSurroundings,
): ContainerPlan {
  const { parts, options } = composition;
  const roles: readonly string[] = CONTAINER_ROLES[name];
  const anyNumber = roles.at(-1) === "…";
  if (anyNumber ? parts.length < 1 : parts.length !== roles.length)
    throw refuse(
      `${name} wants ${anyNumber ? "at least one member" : roles.join(", ")}; ${parts.length} given`,
    );
  refuseStrangeOptions(composition, OPTIONS[name] ?? []);
  const members = parts.map((part, index) => ({
    role: anyNumber ? `member ${index + 1}` : (roles[index] ?? ""),
    plan: planOf(part, surroundings),
  }));
  return { kind: "container", name, members, options };
}

function fsPlans(plan: StoragePlan): readonly FsPlan[] {
  if (plan.kind === "fs") return [plan];
  return plan.kind === "container" ? plan.members.flatMap((member) => fsPlans(member.plan)) : [];
}

/** The members that get every processed crash of a container, by their place. */
const ALWAYS_GETS_PROCESSED: Readonly<Record<ContainerName, (place: number) => boolean>> = {
  poly: () => true,
  fallback: () => false,
  "primary-deferred": () => false,
  "primary-deferred-processed": (place) => place === 2,
  benchmarking: () => true,
  redacting: () => true,
};

/**
 * Whether saving a processed crash puts it into the search index, too, so that nobody else has to: the document that
 * the search engine would write there is a part of the store's own.
 */
export function savesIntoSearchIndex(plan: StoragePlan, surroundings: StorageSurroundings): boolean {
  if (plan.kind === "elasticsearch") return isSearchIndex(plan, surroundings);
  if (plan.kind !== "container") return false;
  const always = ALWAYS_GETS_PROCESSED[plan.name];
  return plan.members.some(
    (member, place) => always(place) && savesIntoSearchIndex(member.plan, surroundings),
  );
}

/** The same composition with null in the place of every store that is in the search index, or of every other. */
export function splitAtSearchIndex(
  plan: StoragePlan,
  surroundings: StorageSurroundings,
): { readonly elsewhere: StoragePlan; readonly searchIndex: StoragePlan } {
  const only = (part: StoragePlan, isWanted: boolean): StoragePlan => {
    if (part.kind === "container")
      return {
        ...part,
        members: part.members.map(({ role, plan: member }) => ({ role, plan: only(member, isWanted) })),
      };
    const isInIndex = part.kind === "elasticsearch" && isSearchIndex(part, surroundings);
    return isInIndex === isWanted ? part : { kind: "null", name: "null" };
  };
  return { elsewhere: only(plan, false), searchIndex: only(plan, true) };
}

/** A plan as an indented tree, a line per store. */
export function storageTree(plan: StoragePlan): string {
  return `${treeLines(plan).join("\n")}\n`;
}

function treeLines(plan: StoragePlan): readonly string[] {
  if (plan.kind !== "container") return [describe(plan)];
  const options = [...plan.options].map(([key, value]) => `  ${key}=${value}`).join("");
  const below = plan.members.flatMap(({ role, plan: member }) => {
    const [first = "", ...rest] = treeLines(member);
    return [`  ${role}: ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  return [`${plan.name}  (container)${options}`, ...below];
}

function describe(plan: Exclude<StoragePlan, ContainerPlan>): string {
  switch (plan.kind) {
    case "null":
      return "null";
    case "fs":
      return `${plan.name}  ${plan.folder}`;
    case "s3":
      return describeS3(plan);
    case "elasticsearch":
      return describeElasticsearch(plan);
    case "hbase":
      return describeHBase(plan);
    case "postgresql":
      return describePostgresql(plan);
    case "rabbitmq":
      return describeRabbitmq(plan);
  }
}
