import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

/** A tree in which every file breaks the rule it is listed under. */
const PLANTED: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ["no-cycles", "lib/core/one.ts", "lib/core/two.ts"],
  ["lib-never-looks-up", "lib/reports/up.ts", "components/thing.tsx"],
  ["pure-stays-pure", "lib/core/impure.ts", "lib/server/server.ts"],
  ["pure-has-no-node", "lib/fields/reads-files.ts", "node:fs"],
  ["components-see-only-pure", "components/reads.tsx", "lib/db/database.ts"],
  ["components-see-report-types-only", "components/runs.tsx", "lib/reports/home.ts"],
  ["ui-knows-no-domain", "components/ui/button.tsx", "lib/core/crash.ts"],
  ["drivers-behind-registry", "lib/api/direct.ts", "lib/queue/drivers/fs.ts"],
  ["drivers-are-strangers", "lib/queue/drivers/rabbit.ts", "lib/queue/drivers/fs.ts"],
  ["engines-are-strangers", "lib/search/elasticsearch/a.ts", "lib/search/duckdb/b.ts"],
  ["elasticsearch-is-behind-its-own", "lib/api/asks.ts", "lib/elasticsearch/connection.ts"],
  ["collector-knows-no-search", "lib/collector/searches.ts", "lib/search/engine.ts"],
  ["only-the-server-composes", "lib/reports/composes.ts", "lib/services.ts"],
  ["pages-ask-the-middleware", "lib/api/looks-up.ts", "lib/db/database.ts"],
  ["pages-ask-the-middleware", "components/looks.tsx", "lib/search/engine.ts"],
  ["reports-ask-the-middleware", "lib/reports/searches.ts", "lib/search/engine.ts"],
  ["commands-ask-the-middleware", "bin/commands/reads.ts", "lib/crashstorage/registry.ts"],
  ["duckdb-stays-home", "lib/reports/duck.ts", "@duckdb/node-api"],
  ["awssdk-stays-home", "lib/reports/buckets.ts", "@aws-sdk/client-s3"],
  ["elastic-stays-home", "lib/search/elasticsearch/c.ts", "@elastic/elasticsearch"],
  ["fastifybusboy-stays-home", "lib/api/parses.ts", "@fastify/busboy"],
  ["no-test-code-in-production", "lib/db/cheats.ts", "lib/db/database.test.ts"],
  ["no-barrels", "lib/api/lazy.ts", "lib/reports/index.ts"],
];

interface Cruise {
  readonly summary: { readonly violations: readonly { from: string; rule: { name: string } }[] };
}

let tree: string;
let violations: Cruise["summary"]["violations"];
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "planted-"));
  await symlink(resolve("node_modules"), join(tree, "node_modules"));
  await write("tsconfig.json", "{}");
  for (const [, , imported] of PLANTED)
    if (isOurs(imported)) await write(imported, "export const thing = 1;\n");
  for (const [, file, imported] of PLANTED) await write(file, importing(file, imported));
  await write("lib/core/two.ts", importing("lib/core/two.ts", "lib/core/one.ts"));
  violations = await cruise();
}, 60_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

it.each(PLANTED)("%s is seen where %s imports %s", (rule, file) => {
  const found = violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name);
  expect(found).toContain(rule);
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), content);
}

function isOurs(imported: string): boolean {
  return /^(lib|components)\//.test(imported);
}

function importing(file: string, imported: string): string {
  const up = "../".repeat(file.split("/").length - 1);
  const from = isOurs(imported) ? up + imported.replace(/\.tsx?$/, "") : imported;
  return `import * as imported from "${from}";\nexport const thing = imported;\n`;
}

/** A tree with violations makes the command fail, so its output is read from the failure. */
async function cruise(): Promise<Cruise["summary"]["violations"]> {
  const cruiser = resolve("node_modules/.bin/depcruise");
  const options = [
    "--config",
    resolve(".dependency-cruiser.cjs"),
    "--output-type",
    "json",
    "lib",
    "components",
    "bin",
  ];
  const failed: unknown = await promisify(execFile)(cruiser, options, {
    cwd: tree,
    maxBuffer: 2 ** 26,
  }).catch((error: unknown) => error);
  const { stdout } = failed as { stdout: string };
  return (JSON.parse(stdout) as Cruise).summary.violations;
}
