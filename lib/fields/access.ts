import type { Viewer } from "#lib/core/viewer";
import type { Access } from "./field";

/** The one answer to: may this viewer see, filter, sort and count by something of this access? */
export function visible(viewer: Viewer, { access }: { readonly access: Access }): boolean {
  return access === "public" || viewer.can("view_pii");
}
