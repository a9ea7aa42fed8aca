/** Where a frame's source is: what to show, and a page that shows the line, if there is one. */
export interface Source {
  readonly text: string;
  readonly href: string | null;
}

/** Pages of sources, by version control system and server. */
const LINKS: Readonly<
  Record<
    string,
    (place: { repository: string; path: string; revision: string; line: number | null }) => string
  >
> = {
  "hg hg.mozilla.org": ({ repository, path, revision, line }) =>
    `https://hg.mozilla.org/${repository}/file/${revision}/${path}${line === null ? "" : `#l${line}`}`,
  "git github.com": ({ repository, path, revision, line }) =>
    `https://github.com/${repository}/blob/${revision}/${path}${line === null ? "" : `#L${line}`}`,
};

/** The source of a frame from its file and line. Files of the form `vcs:root:path:revision` may have a page. */
export function sourceOf(file: string | null, line: number | null): Source | null {
  if (file === null || file === "") return null;
  const parts = file.split(":");
  const [vcs = "", root = "", path = "", revision = ""] = parts;
  const suffix = line === null ? "" : `:${line}`;
  if (parts.length !== 4) return { text: `${file}${suffix}`, href: null };
  const slash = root.indexOf("/");
  const link = slash > 0 ? LINKS[`${vcs} ${root.slice(0, slash)}`] : undefined;
  const place = {
    repository: encodePath(root.slice(slash + 1)),
    path: encodePath(path),
    revision: encodeURIComponent(revision),
    line,
  };
  return { text: `${path}${suffix}`, href: link?.(place) ?? null };
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
