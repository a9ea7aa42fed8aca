import { join } from "node:path";

/** Which build of which file symbols are for. */
export interface SymbolModule {
  /** Name of the file with the debug information, without folders: `xul.pdb`, `libc.so.6`. */
  readonly debugFile: string;
  /** Breakpad's: 32 hexadecimal digits in upper case, then the age in lower case. */
  readonly debugId: string;
}

/** With `.sym` behind it, still a file name everywhere. */
const LONGEST_NAME_BYTES = 200;
const NO_ID = /^0+$/;

/**
 * The module that a debug file and id name, in the form in which symbol stores know it. The name may come with the
 * folders of the machine on which it was built. Null when no symbols can exist for it: the id is none, or the name
 * cannot be that of a file.
 */
export function symbolModule(debugFile: string, debugId: string): SymbolModule | null {
  const name = debugFile.split(/[/\\]/).at(-1) ?? "";
  const id = debugId.replaceAll("-", "");
  if (!/^[0-9A-Fa-f]{33,40}$/.test(id) || NO_ID.test(id) || !isFileName(name)) return null;
  return { debugFile: name, debugId: id.slice(0, 32).toUpperCase() + id.slice(32).toLowerCase() };
}

/** Where the symbols of a module are below the root of a symbol store: `xul.pdb/<id>/xul.sym`. */
export function symbolPath({ debugFile, debugId }: SymbolModule): string {
  return join(debugFile, debugId, `${debugFile.replace(/\.pdb$/i, "")}.sym`);
}

function isFileName(name: string): boolean {
  if (["", ".", ".."].includes(name) || !name.isWellFormed()) return false;
  return !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= LONGEST_NAME_BYTES;
}
