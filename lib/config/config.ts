import { BadSetting } from "#lib/core/errors";
import type { Setting } from "./setting";
import { SETTINGS, type Config, type SettingKey } from "./settings";
import { placeOf, settingPlaces, type SettingPlace, type Variables } from "./variables";

/** Where a value was found: the environment, a file, or the default. */
export type Source = "environment" | "default" | (string & {});

/** One setting as it is in effect. */
export interface EffectiveSetting {
  readonly name: string;
  /** As printed: a secret that is set, and a password in a URL, show as `(hidden)`. */
  readonly shown: string;
  readonly source: Source;
  readonly doc: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly effective: readonly EffectiveSetting[];
}

const keys = Object.keys(SETTINGS) as SettingKey[];

/**
 * The settings in effect: the environment wins over `.env.local`, that over `.env`, that over the
 * defaults. Throws BadSetting, in one line that names the setting, for a value that is not accepted.
 */
export function loadConfig(environment: Variables = process.env, directory = process.cwd()): LoadedConfig {
  const places = settingPlaces(environment, directory);
  const found = keys.map((key) => find(key, places));
  return {
    config: Object.fromEntries(found.map(({ key, value }) => [key, value])) as Config,
    effective: found.map(({ effective }) => effective),
  };
}

/** Whether the web pages are rebuilt while the program runs (`NODE_ENV=development`). */
export function isDevelopment(environment: Variables = process.env): boolean {
  return environment.NODE_ENV === "development";
}

/** Tells the sign-in library at which address browsers find it, which it takes from the environment alone. */
export function announcePublicUrl(publicUrl: string): void {
  process.env.NEXTAUTH_URL = publicUrl;
}

/** The environment for a process that this one starts with the same settings. */
export function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function find(key: SettingKey, places: readonly SettingPlace[]) {
  const setting: Setting<unknown> = SETTINGS[key];
  const place = placeOf(setting.name, places);
  const given = place?.variables[setting.name] ?? setting.byDefault;
  const source = place?.name ?? "default";
  const checked = setting.schema.safeParse(given);
  if (!checked.success) {
    const value = setting.secret ? "the value" : JSON.stringify(withoutPasswords(given));
    const wrong = checked.error.issues.map((issue) => issue.message).join("; ");
    throw new BadSetting(
      `${setting.name} (from ${source}): ${value} is not accepted: ${wrong}. ${setting.doc}`,
    );
  }
  const shown = setting.secret && given !== "" ? "(hidden)" : withoutPasswords(given);
  return { key, value: checked.data, effective: { name: setting.name, shown, source, doc: setting.doc } };
}

/** Stores and symbol servers are settings with URLs in them, which may have a password. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/(:\/\/[^\s/:@]*):[^\s/@]*@/g, "$1:(hidden)@");
}
