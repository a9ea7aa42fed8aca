/** Parameters of a link; undefined ones are left out, lists are repeated. */
export type LinkParameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A path with a query string, if there is anything to say in one. */
export function href(path: string, parameters: LinkParameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const item of typeof value === "object" ? value : [String(value)]) query.append(name, item);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

export function reportHref(crashId: string): string {
  return `/report/index/${crashId}`;
}

export function signatureHref(signature: string, filters: LinkParameters = {}): string {
  return href("/signature/", { signature, ...filters });
}

export function searchHref(parameters: LinkParameters): string {
  return href("/search/", parameters);
}

export function topCrashersHref(product: string, version?: string): string {
  return href("/topcrashers/", { product, version });
}
