/** A place on a stack: a function of a module, with what the compiler inlined into it there. */
export interface Call {
  /** Short name of a module; `native-modules.ts` knows its files. */
  readonly module: string;
  readonly function: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Innermost first. */
  readonly inlines: readonly InlinedCall[];
}

interface InlinedCall {
  readonly function: string;
  readonly file: string;
  readonly line: number;
}

/** The revision that all sample builds are made from. */
const REVISION = "3f9c2e7a1b4d";

/**
 * Reads calls, innermost first, one a line: `module!function @ file:line`. Module and place can be left out;
 * without a module it is `defaultModule`. A line that starts with `^` was inlined into the line after it. A file
 * that does not begin with `/` lies in the repository of its module.
 */
export function parseCalls(text: string, defaultModule: string): readonly Call[] {
  const calls: Call[] = [];
  let inlines: InlinedCall[] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const call = parseCall(line.replace(/^\^ */, ""), defaultModule);
    if (line.startsWith("^")) {
      inlines.push({ function: call.function, file: call.file ?? "", line: call.line ?? 0 });
    } else {
      calls.push({ ...call, inlines });
      inlines = [];
    }
  }
  return calls;
}

function parseCall(text: string, defaultModule: string): Call {
  const [, module = defaultModule, name = "", file, line] =
    /^(?:([a-z0-9]+)!)?(.*?)(?: @ (\S+):(\d+))?$/.exec(text) ?? [];
  if (file === undefined) return { module, function: name, file: null, line: null, inlines: [] };
  return { module, function: name, file: sourceFile(file, module), line: Number(line), inlines: [] };
}

function sourceFile(file: string, module: string): string {
  return file.startsWith("/") ? file : `git:github.com/kestrel-project/${module}:${file}:${REVISION}`;
}
