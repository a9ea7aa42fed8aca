/** An endpoint as people read about it. */
export interface EndpointDocumentation {
  readonly name: string;
  readonly methods: string;
  readonly summary: string;
  readonly description: string | null;
  /** What callers must be allowed to do. */
  readonly permission: string | null;
  /** What new clients use instead. */
  readonly replacement: string | null;
  readonly parameters: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly repeated: boolean;
    readonly description: string;
  }[];
  /** Whether every field of Super Search is a parameter, too. */
  readonly takesFields: boolean;
  readonly examples: readonly {
    readonly title: string;
    /** Where a browser can look at it. */
    readonly href: string | null;
    /** A line for a shell. */
    readonly curl: string;
  }[];
}
