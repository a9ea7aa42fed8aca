import { indexNames, templateName } from "#lib/elasticsearch/index-names";

/** A template of weekly indices that no other test has. */
export function ownIndexTemplate(): string {
  return `test-${crypto.randomUUID().slice(0, 13)}-%Y%W`;
}

/** Removes everything a test has made on a server that it shares with others. */
export async function removeIndices(url: string, template: string): Promise<void> {
  const { pattern } = indexNames(template);
  await fetch(`${url}/_index_template/${templateName(pattern)}`, { method: "DELETE" });
  await fetch(`${url}/${pattern}?expand_wildcards=all`, { method: "DELETE" });
}
