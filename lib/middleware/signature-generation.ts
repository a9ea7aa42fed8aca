import type { JsonObject } from "#lib/core/json";
import { generateSignature } from "#lib/signature/generate";
import type { SignatureResult } from "#lib/signature/result";
import { loadSiglists } from "#lib/signature/siglist-files";
import type { Siglists } from "#lib/signature/siglists";

const loaded = new Map<string, Promise<Siglists>>();

/** The signature of each crash, by the lists that the processor uses. */
export async function signaturesOf(
  siglistsDirectory: string,
  crashes: readonly JsonObject[],
): Promise<readonly Omit<SignatureResult, "debugLog">[]> {
  const siglists = loaded.get(siglistsDirectory) ?? loadSiglists(siglistsDirectory);
  loaded.set(siglistsDirectory, siglists);
  const lists = await siglists;
  return crashes.map((crash) => {
    const { signature, notes, extra } = generateSignature(crash, lists);
    return { signature, notes, extra };
  });
}
