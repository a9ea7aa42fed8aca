/**
 * Where to go next, when that is a place on this site: path, query and fragment of what somebody wrote into an address.
 * Anything that a browser would take for another site, or that is no path, becomes `/`.
 */
export function localPath(text: string | null | undefined): string {
  if (!text?.startsWith("/")) return "/";
  const here = "http://local.invalid";
  if (!URL.canParse(text, here)) return "/";
  const url = new URL(text, here);
  if (url.origin !== here) return "/";
  const path = `${url.pathname}${url.search}${url.hash}`;
  return path.startsWith("//") ? "/" : path;
}
