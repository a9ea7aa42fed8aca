import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CrashId } from "#lib/core/crash-id";
import type { KnownRegrouping } from "#lib/crash-data/processing-api";
import { ifThere } from "#lib/files/if-there";
import { nameOfAsked } from "./journal";

/** What a regrouping will do, found out before anything is changed: afterwards nobody could find it out again. */
export interface RegroupPlan extends Pick<KnownRegrouping, "name" | "moves"> {
  /** The crashes that get another signature. */
  readonly ids: readonly CrashId[];
}

/** The plan of a command on the disk, until all of it is done. */
export interface KeptPlan {
  /** Null when there is none that was interrupted. */
  read(): Promise<RegroupPlan | null>;
  /** It is there whole, or not at all. */
  write(plan: RegroupPlan): Promise<void>;
  remove(): Promise<void>;
}

/** The plan, in a folder, of a command that is told from others by what it was asked. */
export function keptPlan(folder: string, asked: readonly string[]): KeptPlan {
  const path = join(folder, `${nameOfAsked(asked)}.json`);
  return {
    async read() {
      const text = await ifThere(readFile(path, "utf8"));
      // Nobody else writes there.
      return text === null ? null : (JSON.parse(text) as RegroupPlan);
    },
    async write(plan) {
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.part`, JSON.stringify(plan), { flush: true });
      await rename(`${path}.part`, path);
    },
    remove: () => rm(path, { force: true }),
  };
}
