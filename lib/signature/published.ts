/**
 * What the npm package of the signature generator gives to others, without anything of Node; lists in files are read by
 * `siglist-files`.
 */
export { crashDataFromProcessed, type CrashData, type Frame, type InlineFrame } from "./crash-data";
export { generateSignature, SIGNATURE_RULES, type RuleFailure, type SignatureOptions } from "./generate";
export type { RuleTools, SignatureResult } from "./result";
export type { SignatureRule } from "./rules/rule";
export { BadSiglist } from "./siglist-entries";
export {
  builtInSiglists,
  parseSiglists,
  SIGLIST_NAMES,
  TRIM_LIST_NAME,
  type SiglistName,
  type Siglists,
  type SiglistTexts,
} from "./siglists";
