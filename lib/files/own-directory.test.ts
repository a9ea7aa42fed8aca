import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ownDirectory } from "./own-directory";

let parent: string;
beforeEach(async () => {
  parent = join(await mkdtemp(join(tmpdir(), "own-directory-")), "spool");
});
afterEach(() => rm(join(parent, ".."), { recursive: true }));

it("is empty, and named after the process", async () => {
  const own = await ownDirectory(parent);
  await writeFile(join(own, "left"), "");
  expect(await ownDirectory(parent)).toBe(join(parent, String(process.pid)));
  expect(await readdir(own)).toEqual([]);
});

it("removes what ended processes left, and nothing of those that run", async () => {
  const running = spawn("sleep", ["60"]);
  const ended = spawn("true");
  await once(ended, "exit");
  for (const name of [running.pid, ended.pid, "not-a-process"])
    await mkdir(join(parent, String(name)), { recursive: true });
  await ownDirectory(parent);
  expect(new Set(await readdir(parent))).toEqual(new Set([String(process.pid), String(running.pid)]));
  running.kill();
});
