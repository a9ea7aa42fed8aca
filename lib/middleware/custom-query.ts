import { BadArgument, Forbidden, InvalidParameters } from "#lib/core/errors";
import { isJsonObject, type Json, type JsonObject } from "#lib/core/json";
import { formatDate } from "#lib/core/time";
import { PERMISSION_TITLES, type Permission, type Viewer } from "#lib/core/viewer";
import type { CustomQueries } from "#lib/search/custom-query";
import type { SearchReader } from "./search-reader";
import { LIMITS } from "#lib/search/plan/limits";

/** A query in the engine's own words. */
export interface CustomQuery {
  /** The text of a JSON object. */
  readonly query: string;
  /** Names, or `ALL` alone; none stands for the last seven days. */
  readonly indices: readonly string[];
}

/** Protected data cannot be taken out of an answer that an engine gives as it likes, so it takes both. */
const NEEDED: readonly Permission[] = ["run_custom_queries", "view_pii"];
const DEFAULT_DAYS = 7;

/** Why a viewer may ask no custom query; null for one who may. */
export function customQueryRefusal(viewer: Viewer): string | null {
  const missing = NEEDED.filter((permission) => !viewer.can(permission));
  if (missing.length === 0) return null;
  const titles = missing.map((permission) => `'${PERMISSION_TITLES[permission]}'`).join(" and ");
  return `A custom query requires the ${titles} permission: it is answered with all data of crashes.`;
}

/** Why an engine takes no custom queries, and what to use instead; null for one that does. */
export function customQueryAbsence({ custom, name }: Pick<SearchReader, "custom" | "name">): string | null {
  return custom
    ? null
    : `Custom queries are in the language of Elasticsearch, and this server searches with ${name}. A query text (_query=) joins any filters by AND, OR and NOT, and works here.`;
}

/**
 * The raw answer of the engine. Throws Forbidden for those who may not ask and for queries that could do more than read
 * crashes, BadArgument and InvalidParameters for what cannot be understood, and SearchUnavailable.
 */
export async function customQuery(
  search: Pick<SearchReader, "custom" | "name">,
  { query, indices }: CustomQuery,
  { viewer, now, signal }: { readonly viewer: Viewer; readonly now: Date; readonly signal?: AbortSignal },
): Promise<JsonObject> {
  const reason = customQueryRefusal(viewer);
  if (reason !== null) throw new Forbidden(reason);
  const body = bodyOf(query);
  const { custom } = search;
  if (!custom) throw new BadArgument(customQueryAbsence(search) ?? "");
  return custom.run(body, await indicesOf(custom, indices, now), signal);
}

async function indicesOf(
  custom: CustomQueries,
  asked: readonly string[],
  now: Date,
): Promise<readonly string[]> {
  const names = asked.filter((name) => name !== "");
  if (names.length === 1 && names[0] === "ALL") return custom.indices();
  if (names.length > 0) return [...new Set(names)];
  const from = new Date(now.getTime() - DEFAULT_DAYS * 86_400_000);
  return custom.indicesBetween(formatDate(from), formatDate(now));
}

function bodyOf(text: string): JsonObject {
  if (text.length > LIMITS.customQueryLength)
    throw new InvalidParameters({
      query: [`The query has ${text.length} characters, at most ${LIMITS.customQueryLength} are accepted.`],
    });
  const body = parsed(text);
  if (!isJsonObject(body)) throw new InvalidParameters({ query: ["Enter a JSON object."] });
  return body;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InvalidParameters({ query: [`Enter valid JSON: ${cause.message}.`] });
  }
}
