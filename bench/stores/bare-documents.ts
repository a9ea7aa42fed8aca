import { Client } from "@elastic/elasticsearch";
import { sourceOf } from "#lib/elasticsearch/documents";
import { searchDocument } from "#lib/fields/document";
import { processedCrash } from "./crashes";
import type { Bare, Store } from "./store";

/** One request each; what is searched of a crash, and the crash as a text that is not. */
export function bareDocuments({ url, index }: Extract<Bare, { kind: "documents" }>): Promise<Store> {
  const client = new Client({ node: url });
  return Promise.resolve({
    save: (id) => {
      const crash = processedCrash(id);
      const document = { ...sourceOf(searchDocument(crash)), stored_crash: JSON.stringify(crash) };
      return client.bulk({ operations: [{ index: { _index: index, _id: id } }, document] });
    },
    get: async (id) => {
      const { _source } = await client.get<{ readonly stored_crash: string }>({
        index,
        id,
        _source_includes: ["stored_crash"],
      });
      return JSON.parse(_source?.stored_crash ?? "") as unknown;
    },
  });
}
