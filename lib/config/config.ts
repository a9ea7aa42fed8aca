import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "dotenv";
import { BadSetting } from "#lib/core/errors";
import { SETTINGS, type Config, type Setting, type SettingKey } from "./settings";

/** Where a value was found: the environment, a file, or the default. */
export type Source = "environment" | "default" | (string & {});

/** One setting as it is in effect. */
export interface EffectiveSetting {
  readonly name: string;
  /** As printed: a secret that is set shows as `(hidden)`. */
  readonly shown: string;
  readonly source: Source;
  readonly doc: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly effective: readonly EffectiveSetting[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Files that may hold settings, strongest first, in the folder where the program starts. */
const ENV_FILES = [".env.local", ".env"] as const;

const keys = Object.keys(SETTINGS) as SettingKey[];

/**
 * The settings in effect: the environment wins over `.env.local`, that over `.env`, that over the
 * defaults. Throws BadSetting, in one line that names the setting, for a value that is not accepted.
 */
export function loadConfig(environment: Variables = process.env, directory = process.cwd()): LoadedConfig {
  const files = ENV_FILES.map((name) => ({ name, variables: readEnvFile(resolve(directory, name)) }));
  const found = keys.map((key) => find(key, environment, files));
  return {
    config: Object.fromEntries(found.map(({ key, value }) => [key, value])) as Config,
    effective: found.map(({ effective }) => effective),
  };
}

/** Whether the web pages are rebuilt while the program runs (`NODE_ENV=development`). */
export function isDevelopment(environment: Variables = process.env): boolean {
  return environment.NODE_ENV === "development";
}

/** The environment for a process that this one starts with the same settings. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function find(
  key: SettingKey,
  environment: Variables,
  files: readonly { name: string; variables: Variables }[],
) {
  const setting: Setting<unknown> = SETTINGS[key];
  const places = [{ name: "environment", variables: environment }, ...files];
  const place = places.find(({ variables }) => variables[setting.name] !== undefined);
  const given = place?.variables[setting.name] ?? setting.byDefault;
  const source = place?.name ?? "default";
  const checked = setting.schema.safeParse(given);
  if (!checked.success) {
    const value = setting.secret ? "the value" : JSON.stringify(given);
    const wrong = checked.error.issues.map((issue) => issue.message).join("; ");
    throw new BadSetting(
      `${setting.name} (from ${source}): ${value} is not accepted: ${wrong}. ${setting.doc}`,
    );
  }
  const shown = setting.secret && given !== "" ? "(hidden)" : given;
  return { key, value: checked.data, effective: { name: setting.name, shown, source, doc: setting.doc } };
}

function readEnvFile(path: string): Variables {
  try {
    return parse(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new BadSetting(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
