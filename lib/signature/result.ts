/** What came of making a signature. */
export interface SignatureResult {
  /** At most 255 printable ASCII characters. */
  readonly signature: string;
  /** What people should know of how it came about, each `<rule>: <message>`. */
  readonly notes: readonly string[];
  /** Every step, each `<rule>: <message>`. */
  readonly debugLog: readonly string[];
  readonly extra: {
    /** The crashing stack's frames joined with ` | `; absent without frames. */
    readonly proto_signature?: string;
    readonly normalized_frames?: readonly string[];
  };
}

/** The result while rules work on it. */
export interface GrowingResult {
  signature: string;
  readonly notes: string[];
  readonly debugLog: string[];
  extra: SignatureResult["extra"];
}

/** What a rule may do to the result. */
export interface RuleTools {
  readonly result: Readonly<GrowingResult>;
  set(signature: string): void;
  note(message: string): void;
  debug(message: string): void;
  extra(values: SignatureResult["extra"]): void;
  /** The same tools, noting under another rule's name: for a rule that runs another. */
  under(ruleName: string): RuleTools;
}
