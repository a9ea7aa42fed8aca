/** What a person or token may be allowed to do, and how people call it. */
export const PERMISSION_TITLES = {
  view_pii: "View Personal Identifiable Information",
  view_rawdump: "View Raw Dumps",
  run_custom_queries: "Run Custom Queries in Super Search",
  run_long_queries: "Run Long Queries",
  reprocess_crashes: "Reprocess Crashes",
  upload_symbols: "Upload Symbols Files",
} as const;

export type Permission = keyof typeof PERMISSION_TITLES;

export const PERMISSIONS = Object.keys(PERMISSION_TITLES) as readonly Permission[];

/** Who is asking. Built once per request and handed down; nothing below looks up a session. */
export interface Viewer {
  /** E-mail of a signed-in person or of a token's owner; null for anybody else. */
  readonly email: string | null;
  can(permission: Permission): boolean;
}

/** Somebody who has not said who they are: sees public data only. */
export const anonymous: Viewer = { email: null, can: () => false };

/** Somebody who has said who they are, and may do exactly this. */
export function viewerWith(email: string, permissions: readonly Permission[]): Viewer {
  return { email, can: (permission) => permissions.includes(permission) };
}
