// Crash data as lines of JSON in; the seconds that their signatures took out.
// Usage: node bench/generate-signatures.js <built library> <folder of siglists>
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const [library = "", lists = ""] = process.argv.slice(2);
const { generateSignature } = await import(pathToFileURL(resolve(library, "published.js")).href);
const { loadSiglists } = await import(pathToFileURL(join(resolve(library), "siglist-files.js")).href);

const crashes = (await text(process.stdin))
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const siglists = await loadSiglists(lists);
const started = performance.now();
const results = crashes.map((crash) => generateSignature(crash, siglists));
console.log(JSON.stringify({ made: results.length, seconds: (performance.now() - started) / 1000 }));
