import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * The path of a program: as given when it has a slash, else the first of that name in PATH or in the
 * cargo bin folder. Null when there is none that may be run.
 */
export async function findExecutable(command: string): Promise<string | null> {
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter).filter(Boolean),
    join(homedir(), ".cargo", "bin"),
  ];
  const candidates = command.includes("/") ? [command] : folders.map((folder) => join(folder, command));
  for (const path of candidates) {
    const mayRun = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (mayRun) return path;
  }
  return null;
}
