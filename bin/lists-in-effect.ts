import { siglistsDirectory } from "#lib/config/variables";
import { loadSiglists } from "#lib/signature/siglist-files";
import type { Siglists } from "#lib/signature/siglists";

/** How the option `--siglists` is described everywhere. */
export const SIGLISTS_OPTION = "folder of signature lists; the one of the setting SIGLISTS_DIR unless given";

/** The signature lists of a folder or, without one, those of the settings. Throws BadSiglist. */
export function listsInEffect(directory: string | undefined): Promise<Siglists> {
  return loadSiglists(directory ?? siglistsDirectory());
}
