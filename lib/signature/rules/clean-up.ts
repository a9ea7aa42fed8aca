import type { SignatureRule } from "./rule";

const LONGEST_SIGNATURE = 255;

export const printableOnly: SignatureRule = {
  name: "SigPrintableCharsOnly",
  description: "Removes everything but printable ASCII characters.",
  applies: () => true,
  run(_crash, tools) {
    const cleaned = tools.result.signature.trim().replace(/[^ -~]/g, "");
    if (cleaned === tools.result.signature) return;
    tools.note("unprintable characters removed");
    tools.set(cleaned);
  },
};

export const singleSpaces: SignatureRule = {
  name: "SigFixWhitespace",
  description: "Makes every run of white space one space.",
  applies: () => true,
  run(_crash, tools) {
    const fixed = tools.result.signature.trim().replace(/\s+/g, " ");
    if (fixed !== tools.result.signature) tools.set(fixed);
  },
};

export const truncated: SignatureRule = {
  name: "SigTruncate",
  description: "Cuts the signature to 255 characters.",
  applies: (_crash, { result }) => result.signature.length > LONGEST_SIGNATURE,
  run(_crash, tools) {
    tools.set(`${tools.result.signature.slice(0, LONGEST_SIGNATURE - 3)}...`);
    tools.note("SigTrunc: signature truncated due to length");
  },
};
