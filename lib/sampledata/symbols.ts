import { CPU_LAYOUTS } from "./cpu-context";
import { debugIdentity, modulesOn, PLATFORMS, type NativeModule, type Platform } from "./native-modules";
import { codeBytes, functionsOf, SITE_BYTES, type CallSite } from "./symbol-layout";

/** A Breakpad symbol file and its place in a symbol store. */
export interface SymbolFile {
  /** `<debug file>/<debug id>/<debug file without .pdb>.sym` */
  readonly path: string;
  readonly text: string;
}

const OS_NAMES = { windows: "windows", macos: "mac", linux: "Linux", android: "Linux" } as const;

/** The symbol files of all sample modules that have symbols. They are the same for all seeds. */
export function* sampleSymbols(): Generator<SymbolFile> {
  for (const platform of PLATFORMS) {
    for (const module of modulesOn(platform.os)) {
      if (module.hasSymbols && functionsOf(module.name).length > 0) yield symbolFile(module, platform);
    }
  }
}

function symbolFile(module: NativeModule, platform: Platform): SymbolFile {
  const { debugFile, debugGuid, debugAge } = debugIdentity(module, platform);
  const id = `${debugGuid}${debugAge.toString(16)}`;
  const cpu = CPU_LAYOUTS[platform.cpu];
  const size = codeBytes(module.name);
  const text = [
    `MODULE ${OS_NAMES[platform.os]} ${cpu.symbolName} ${id} ${debugFile}`,
    ...functionRecords(module.name),
    `STACK CFI INIT 0 ${size.toString(16)} ${cpu.unwindRules}`,
    "",
  ].join("\n");
  return { path: `${debugFile}/${id}/${debugFile.replace(/\.pdb$/, "")}.sym`, text };
}

const knownRecords = new Map<string, readonly string[]>();

/** FILE, INLINE_ORIGIN and FUNC records with their lines; the same on all platforms. */
function functionRecords(module: string): readonly string[] {
  const known = knownRecords.get(module);
  if (known) return known;
  const files = numbering();
  const origins = numbering();
  const functions = functionsOf(module).flatMap(({ name, offset, size, sites }) => [
    `FUNC ${offset.toString(16)} ${size.toString(16)} 0 ${name}`,
    ...sites.flatMap((site) => inlineRecords(site, files.of, origins.of)),
    ...sites.flatMap((site) => lineRecord(site, files.of)),
  ]);
  const records = [
    ...files.all().map((file, index) => `FILE ${index} ${file}`),
    ...origins.all().map((origin, index) => `INLINE_ORIGIN ${index} ${origin}`),
    ...functions,
  ];
  knownRecords.set(module, records);
  return records;
}

/** A record for each inlined call, outermost first: where it was called and what was inlined there. */
function inlineRecords(
  { offset, call }: CallSite,
  fileNumber: (file: string) => number,
  originNumber: (origin: string) => number,
): string[] {
  const outermostFirst = [...call.inlines].reverse();
  return outermostFirst.map((inlined, depth) => {
    const caller = outermostFirst[depth - 1] ?? call;
    const numbers = [depth, caller.line ?? 0, fileNumber(caller.file ?? ""), originNumber(inlined.function)];
    return `INLINE ${numbers.join(" ")} ${offset.toString(16)} ${SITE_BYTES.toString(16)}`;
  });
}

/** The line of the innermost code. */
function lineRecord({ offset, call }: CallSite, fileNumber: (file: string) => number): string[] {
  const { file, line } = call.inlines[0] ?? call;
  if (file === null) return [];
  return [`${offset.toString(16)} ${SITE_BYTES.toString(16)} ${line ?? 0} ${fileNumber(file)}`];
}

function numbering(): { readonly of: (text: string) => number; readonly all: () => string[] } {
  const numbers = new Map<string, number>();
  return {
    of(text) {
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return number;
    },
    all: () => [...numbers.keys()],
  };
}
