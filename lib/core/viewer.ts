/** What a person or token may be allowed to do. */
export const PERMISSIONS = [
  "view_pii",
  "view_rawdump",
  "run_custom_queries",
  "run_long_queries",
  "reprocess_crashes",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Who is asking. Built once per request and handed down; nothing below looks up a session. */
export interface Viewer {
  /** E-mail of a signed-in person or of a token's owner; null for anybody else. */
  readonly email: string | null;
  can(permission: Permission): boolean;
}

/** Somebody who has not said who they are: sees public data only. */
export const anonymous: Viewer = { email: null, can: () => false };
