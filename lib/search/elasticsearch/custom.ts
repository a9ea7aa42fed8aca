import { BadArgument } from "#lib/core/errors";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { refusal, type Connection } from "#lib/elasticsearch/connection";
import { causesIn } from "#lib/elasticsearch/failures";
import { LONGEST_LIST, type Indices } from "#lib/elasticsearch/indices";
import { timedOut } from "#lib/search/costly";
import type { CustomQueries } from "#lib/search/custom-query";
import { LIMITS } from "#lib/search/plan/limits";
import { refuseUnsafe } from "./allowed-query";
import { readTotal } from "./body";

/** Custom queries over the indices of an engine, and no others that may be on the server. */
export function customQueries(connection: Connection, indices: Indices): CustomQueries {
  return {
    indices: () => indices.own(),
    async indicesBetween(from, to) {
      const wanted = indices.names.between(from, to);
      return (await indices.own()).filter((name) => wanted.includes(name));
    },
    async run(body, asked, signal) {
      refuseUnsafe(body);
      await refuseOthers(indices, asked);
      // As it was checked, and not as it was written: there a key may stand twice.
      const answer = await connection
        .ask({ what: "a custom query", signal, timedOut }, (client, options) =>
          client.transport.request<JsonObject>(
            { method: "POST", path: `/${encodeURIComponent(asked.join(","))}/_search`, body },
            {
              ...options,
              requestTimeout: LIMITS.customQuerySeconds * 1000,
              maxResponseSize: LIMITS.customAnswerBytes,
            },
          ),
        )
        .catch((error: unknown) => {
          signal?.throwIfAborted();
          throw customError(error);
        });
      return withPlainTotal(answer);
    },
  };
}

async function refuseOthers(indices: Indices, asked: readonly string[]): Promise<void> {
  const own = await indices.own();
  const other = asked.find((name) => !own.includes(name));
  if (other !== undefined)
    throw new BadArgument(`There is no index "${other.slice(0, 100)}". There are: ${own.join(", ")}.`);
  if (asked.length === 0) throw new BadArgument("There is no index of these days yet.");
  if (asked.join(",").length > LONGEST_LIST)
    throw new BadArgument(`${asked.length} indices are too many for one query. Choose some of them.`);
}

/** What Elasticsearch says to a query that it refuses is for whoever wrote it. */
function customError(error: unknown): unknown {
  const refused = refusal(error);
  if (refused) {
    const reasons = causesIn(refused.body).map(({ type, reason }) => `${type}: ${reason}`);
    return new BadArgument(`Elasticsearch: ${[...new Set(reasons)].join("; ").slice(0, 2_000)}`, {
      cause: error,
    });
  }
  const isTooLarge = error instanceof Error && error.name === "RequestAbortedError";
  if (!isTooLarge) return error;
  return new BadArgument(
    `The answer is larger than ${LIMITS.customAnswerBytes} bytes. Ask for less, by "size" or "_source".`,
    { cause: error },
  );
}

function withPlainTotal(answer: JsonObject): JsonObject {
  const { hits } = answer;
  return isJsonObject(hits) && isJsonObject(hits.total)
    ? { ...answer, hits: { ...hits, total: readTotal(answer) } }
    : answer;
}
