import { afterAll, inject } from "vitest";
import { searchEngineContract } from "#lib/search/conformance";
import { ownIndexTemplate, removeIndices } from "#test/elasticsearch-index";
import { openElasticsearchEngine } from "./engine";

const url = inject("elasticsearchUrl");
const template = ownIndexTemplate();
afterAll(() => removeIndices(url, template));

searchEngineContract("elasticsearch", () =>
  Promise.resolve(openElasticsearchEngine({ url, index: template, shards: 1 })),
);
