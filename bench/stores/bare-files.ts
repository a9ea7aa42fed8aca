import { createReadStream } from "node:fs";
import { link, mkdir, open, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { MAIN_DUMP } from "#lib/core/crash";
import { crashPaths } from "#lib/crashstorage/drivers/fs/paths";
import { FS_LAYOUTS } from "#lib/crashstorage/fs-layouts";
import { rawCrash } from "./crashes";
import type { Bare, Store } from "./store";

/** The files and syncs that the layout cannot do without: new folders, a second name for the dump, the raw crash. */
export async function bareFiles(
  { directory: root, name }: Extract<Bare, { kind: "files" }>,
  dump: string,
): Promise<Store> {
  const layout = FS_LAYOUTS[name];
  const slot = join(root, "date");
  await mkdir(slot, { recursive: true });
  return {
    async save(id) {
      const paths = crashPaths(root, id, layout);
      const { directory, raw } = paths;
      const first = await mkdir(directory, { recursive: true });
      await Promise.all(madeFolders(directory, first).map((folder) => sync(dirname(folder))));
      await link(dump, paths.dump(MAIN_DUMP));
      if (layout.dated) {
        await symlink(slot, `${raw}.slot`);
        await symlink(directory, join(slot, id));
        await sync(slot);
      }
      await writeFile(`${raw}.part`, JSON.stringify(rawCrash(id)), { flush: true });
      await rename(`${raw}.part`, raw);
      await sync(directory);
    },
    async get(id) {
      const paths = crashPaths(root, id, layout);
      const content = JSON.parse(await readFile(paths.raw, "utf8")) as unknown;
      return [content, await buffer(createReadStream(paths.dump(MAIN_DUMP)))];
    },
  };
}

function madeFolders(directory: string, first: string | undefined): readonly string[] {
  if (first === undefined || directory.length < first.length) return [];
  return [directory, ...madeFolders(dirname(directory), first)];
}

async function sync(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync();
  await folder.close();
}
