import { readFile } from "node:fs/promises";
import { parseCrashId, type CrashId } from "#lib/core/crash-id";
import type { SearchResult } from "#lib/search/result";

/** Sends a crash as a form, and gives the answer as it is. */
export async function send(
  url: string,
  annotations: Readonly<Record<string, string>>,
  dump?: Uint8Array | string,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(annotations)) form.append(name, value);
  const content = typeof dump === "string" ? await readFile(`test/fixtures/crashes/${dump}.dmp`) : dump;
  if (content)
    form.append(
      "upload_file_minidump",
      new Blob([new Uint8Array(content)], { type: "application/octet-stream" }),
      "crash.dmp",
    );
  return fetch(`${url}/submit`, { method: "POST", body: form });
}

/** Sends a crash and gives its id. `dump`: the name of a real one, or bytes. */
export async function submit(
  url: string,
  annotations: Readonly<Record<string, string>>,
  dump?: Uint8Array | string,
): Promise<CrashId> {
  const answer = (await (await send(url, annotations, dump)).text()).trim();
  const id = parseCrashId(answer.replace("CrashID=", ""));
  if (!id) throw new Error(`not accepted: ${answer}`);
  return id;
}

/** Asks Super Search. */
export async function superSearch(url: string, query: string): Promise<SearchResult> {
  const response = await fetch(`${url}/api/SuperSearch/?${query}`);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as SearchResult;
}

/** Whether search finds a crash. */
export async function isSearchable(url: string, id: CrashId): Promise<boolean> {
  return (await superSearch(url, `uuid=${id}&_results_number=0&_facets_size=0`)).total === 1;
}
