import { join, resolve } from "node:path";
import { parseComposition, refuse, type Composition } from "./composition";
import { S3_LAYOUTS, type S3LayoutName } from "./s3-layouts";
import { FS_LAYOUTS, type FsStorageName } from "./fs-layouts";

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
  | {
      readonly kind: "s3";
      readonly name: "s3";
      readonly bucket: string;
      readonly prefix: string;
      readonly region: string;
      readonly endpoint: string;
      readonly layout: S3LayoutName;
    }
  | { readonly kind: "fs"; readonly name: FsStorageName; readonly folder: string }
  | {
      readonly kind: "container";
      readonly name: ContainerName;
      readonly members: readonly { readonly role: string; readonly plan: StoragePlan }[];
      readonly options: ReadonlyMap<string, string>;
    };

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
export function planStorage(setting: string, dataDirectory: string): StoragePlan {
  const plan = planOf(setting, dataDirectory);
  const folders = new Map<string, string>();
  for (const { name, folder } of fsPlans(plan)) {
    const other = folders.get(folder);
    if (other !== undefined)
      throw refuse(`${other} and ${name} would share the folder ${folder}; give each its own`);
    folders.set(folder, name);
  }
  return plan;
}

function planOf(text: string, dataDirectory: string): StoragePlan {
  const composition = parseComposition(text);
  const { name } = composition;
  if (name === "null") return nullPlan(composition);
  if (name === "s3") return s3Plan(composition);
  if (isKeyOf(FS_LAYOUTS, name)) return fsPlan(name, composition, dataDirectory);
  if (isKeyOf(CONTAINER_ROLES, name)) return containerPlan(name, composition, dataDirectory);
  const accepted = ["null", "s3", ...Object.keys(FS_LAYOUTS), ...Object.keys(CONTAINER_ROLES)];
  throw refuse(`"${name}" is no crash storage. Accepted: ${accepted.join(", ")}`);
}

function nullPlan({ parts, options }: Composition): StoragePlan {
  if (parts.length > 0 || options.size > 0) throw refuse("null takes nothing in brackets");
  return { kind: "null", name: "null" };
}

const S3_OPTIONS = ["bucket", "prefix", "region", "endpoint", "layout"];

function s3Plan({ parts, options }: Composition): StoragePlan {
  refuseStrange("s3", options, S3_OPTIONS);
  const option = (key: string, byDefault: string) => options.get(key) ?? byDefault;
  const [bucket, layout] = [option("bucket", ""), option("layout", "entropy")];
  if (parts.length > 0 || bucket === "") throw refuse("s3 wants options: s3(bucket=NAME)");
  if (!isKeyOf(S3_LAYOUTS, layout))
    throw refuse(`s3 has no layout "${layout}". Accepted: ${Object.keys(S3_LAYOUTS).join(", ")}`);
  const endpoint = option("endpoint", "");
  if (endpoint !== "" && !/^https?:\/\/[^/]/.test(endpoint))
    throw refuse(`s3 wants an http or https URL as endpoint, not "${endpoint}"`);
  const [prefix, region] = [option("prefix", ""), option("region", "us-west-2")];
  return { kind: "s3", name: "s3", bucket, prefix, region, endpoint, layout };
}

function refuseStrange(
  name: string,
  options: ReadonlyMap<string, string>,
  accepted: readonly string[],
): void {
  const strange = [...options.keys()].find((key) => !accepted.includes(key));
  if (strange !== undefined)
    throw refuse(`${name} has no option "${strange}". Accepted: ${accepted.join(", ") || "none"}`);
}

function fsPlan(name: FsStorageName, { parts, options }: Composition, dataDirectory: string): StoragePlan {
  if (parts.length > 1 || options.size > 0) throw refuse(`${name} takes one folder in brackets, or nothing`);
  const [folder] = parts;
  return {
    kind: "fs",
    name,
    folder: folder === undefined ? join(dataDirectory, "crashes") : resolve(folder),
  };
}

function containerPlan(
  name: ContainerName,
  { parts, options }: Composition,
  dataDirectory: string,
): StoragePlan {
  const roles: readonly string[] = CONTAINER_ROLES[name];
  const anyNumber = roles.at(-1) === "…";
  if (anyNumber ? parts.length < 1 : parts.length !== roles.length)
    throw refuse(
      `${name} wants ${anyNumber ? "at least one member" : roles.join(", ")}; ${parts.length} given`,
    );
  refuseStrange(name, options, OPTIONS[name] ?? []);
  const members = parts.map((part, index) => ({
    role: anyNumber ? `member ${index + 1}` : (roles[index] ?? ""),
    plan: planOf(part, dataDirectory),
  }));
  return { kind: "container", name, members, options };
}

function fsPlans(plan: StoragePlan): readonly Extract<StoragePlan, { kind: "fs" }>[] {
  if (plan.kind === "fs") return [plan];
  return plan.kind === "container" ? plan.members.flatMap((member) => fsPlans(member.plan)) : [];
}

function isKeyOf<Table extends object>(table: Table, name: string): name is Extract<keyof Table, string> {
  return Object.hasOwn(table, name);
}

/** A plan as an indented tree, a line per store. */
export function storageTree(plan: StoragePlan): string {
  return `${treeLines(plan).join("\n")}\n`;
}

function treeLines(plan: StoragePlan): readonly string[] {
  if (plan.kind === "null") return ["null"];
  if (plan.kind === "s3")
    return [`s3  ${[plan.endpoint, plan.bucket, plan.prefix].filter(Boolean).join("/")}  ${plan.layout}`];
  if (plan.kind === "fs") return [`${plan.name}  ${plan.folder}`];
  const options = [...plan.options].map(([key, value]) => `  ${key}=${value}`).join("");
  const below = plan.members.flatMap(({ role, plan: member }) => {
    const [first = "", ...rest] = treeLines(member);
    return [`  ${role}: ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  return [`${plan.name}  (container)${options}`, ...below];
}
