import type { Json } from "#lib/core/json";

/**
 * What Crashpad, Breakpad and Electron clients call the annotations that crash-stats knows under other
 * names, in form fields and in the query string of the upload URL. The first that was sent counts: the
 * application's own names come before Electron's `prod` and `ver`, which name Electron itself.
 */
const CANONICAL_NAMES: Readonly<Record<string, string>> = {
  _productName: "ProductName",
  prod: "ProductName",
  product: "ProductName",
  _version: "Version",
  ver: "Version",
  version: "Version",
  _companyName: "Vendor",
  channel: "ReleaseChannel",
  ptype: "ProcessType",
  process_type: "ProcessType",
  buildid: "BuildID",
  build_id: "BuildID",
  comments: "Comments",
};

/**
 * Adds the canonical annotations to those of a foreign client. What was sent stays under its own name,
 * and an annotation that has the canonical name already is never replaced. The URL's parameters count
 * where the form has none of that name.
 */
export function withCanonicalNames(
  annotations: ReadonlyMap<string, Json>,
  url: URLSearchParams,
): Map<string, Json> {
  const all = new Map<string, Json>([...url, ...annotations]);
  for (const [foreign, canonical] of Object.entries(CANONICAL_NAMES)) {
    const value = all.get(foreign);
    if (value !== undefined && !all.has(canonical)) all.set(canonical, value);
  }
  return all;
}
