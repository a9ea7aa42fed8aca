// Builds lib/signature as an npm package of its own, with types: node bin/build-signature.js [folder]
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";
import { root, run } from "./steps.js";

const outdir = resolve(root, process.argv[2] ?? "dist/crash-stats-signature");
const DOORS = { ".": "published", "./siglist-files": "siglist-files" };

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: Object.values(DOORS).map((door) => `lib/signature/${door}.ts`),
  outdir,
  bundle: true,
  splitting: true,
  platform: "neutral",
  external: ["node:*"],
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
writeTypes();
writePackageFile();
copyFileSync(join(root, "lib/signature/README.md"), join(outdir, "README.md"));
copyFileSync(join(root, "LICENSE"), join(outdir, "LICENSE"));

/** As the compiler writes them, with imports that need none of the settings of this repository. */
function writeTypes() {
  const types = join(outdir, "types");
  const options =
    "--declaration --emitDeclarationOnly --noEmit false --incremental false --rootDir lib --target ES2023 --lib ES2023,ES2024.String,DOM --module ESNext --moduleResolution Bundler --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck --types node";
  const sources = Object.values(DOORS).map((door) => `lib/signature/${door}.ts`);
  run(join(root, "node_modules/.bin/tsc"), [...options.split(" "), "--outDir", types, ...sources]);
  for (const name of readdirSync(types, { recursive: true }).filter((file) => file.endsWith(".d.ts"))) {
    const toTypes = relative(dirname(name), "") || ".";
    const text = readFileSync(join(types, name), "utf8")
      .replace(/from "#lib\/(.*?)"/g, `from "${toTypes}/$1.js"`)
      .replace(/from "(\.[^"]*?)(?:\.js)?"/g, 'from "$1.js"');
    writeFileSync(join(types, name), text);
  }
}

function writePackageFile() {
  const { version, license, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const exports = Object.fromEntries(
    Object.entries(DOORS).map(([name, door]) => [
      name,
      { types: `./types/signature/${door}.d.ts`, default: `./${door}.js` },
    ]),
  );
  const content = {
    name: "crash-stats-signature",
    version,
    description: "Makes signatures of crashes, which tell which crashes have the same cause.",
    license,
    type: "module",
    sideEffects: false,
    engines,
    exports,
  };
  writeFileSync(join(outdir, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
}
