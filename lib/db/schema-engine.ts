import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";

/**
 * Prisma's own schema engine, compiled to WebAssembly: it applies and writes migrations over any
 * driver adapter, keeps the table `_prisma_migrations`, and needs no binary beside Node.
 */
export async function openSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema?: { readonly path: string; readonly content: string },
): Promise<bindings.SchemaEngine> {
  await instantiate();
  const datamodels: [string, string][] | undefined = schema && [[schema.path, schema.content]];
  const ignoreLog = () => undefined;
  return bindings.SchemaEngine.new({ datamodels }, ignoreLog, bindMigrationAwareSqlAdapterFactory(adapter));
}

let instantiated: Promise<void> | undefined;

function instantiate(): Promise<void> {
  instantiated ??= (async () => {
    const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const module = await WebAssembly.compile(await readFile(path.replace(/\.js$/, ".wasm")));
    const instance = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": imports() });
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
  })();
  return instantiated;
}

type Imported = (...given: readonly unknown[]) => unknown;

/** The engine leaves a timer of ten seconds behind, for which no process is to stay. */
function imports(): Record<string, Imported> {
  return Object.fromEntries(
    Object.entries(bindings as unknown as Record<string, Imported>).map(([name, call]) =>
      name.startsWith("__wbg_setTimeout_")
        ? [name, (...given) => (call(...given) as NodeJS.Timeout).unref()]
        : [name, call],
    ),
  );
}
