import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "dotenv";
import { BadSetting } from "#lib/core/errors";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Where settings may be. */
export interface SettingPlace {
  readonly name: string;
  readonly variables: Variables;
}

/** Files that may hold settings, strongest first, in the folder where the program starts. */
const ENV_FILES = [".env.local", ".env"] as const;

/** Where settings may be, strongest first. Throws BadSetting for a file that is there and cannot be read. */
export function settingPlaces(environment: Variables, directory: string): readonly SettingPlace[] {
  const files = ENV_FILES.map((name) => ({ name, variables: readEnvFile(resolve(directory, name)) }));
  return [{ name: "environment", variables: environment }, ...files];
}

/** The place that has a setting. */
export function placeOf(name: string, places: readonly SettingPlace[]): SettingPlace | undefined {
  return places.find(({ variables }) => variables[name] !== undefined);
}

/**
 * The folder of the signature lists as `loadConfig` gives it, for a command that must start sooner than all settings are
 * checked.
 */
export function siglistsDirectory(environment: Variables = process.env, directory = process.cwd()): string {
  const name = "SIGLISTS_DIR";
  return placeOf(name, settingPlaces(environment, directory))?.variables[name] ?? "";
}

function readEnvFile(path: string): Variables {
  try {
    return parse(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new BadSetting(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
