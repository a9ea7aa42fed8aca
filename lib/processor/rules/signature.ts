import { crashDataFromProcessed } from "#lib/signature/crash-data";
import { generateSignature } from "#lib/signature/generate";
import type { Siglists } from "#lib/signature/siglists";
import type { Rule } from "../rule";

/** The signature: the grouping key of crashes. */
export function signatureRule(siglists: Siglists): Rule {
  return {
    name: "SignatureGeneratorRule",
    run({ draft, note }) {
      const { signature, notes, debugLog, extra } = generateSignature(
        crashDataFromProcessed(draft),
        siglists,
      );
      draft.signature = signature;
      if (extra.proto_signature !== undefined) draft.proto_signature = extra.proto_signature;
      draft.signature_debug = debugLog.join("\n");
      for (const text of notes) note(text);
    },
  };
}
