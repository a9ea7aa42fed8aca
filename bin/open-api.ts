import type { Config } from "#lib/config/settings";
import type { CrashApiOptions } from "#lib/crash-data/api-requests";
import { crashApi } from "#lib/crash-data/crash-api";
import type { FetchSource } from "#lib/crash-data/fetch-crash";

/** How the option `--host` is described everywhere. */
export const HOST_OPTION = "server whose API is asked; the one of the settings HOST and PORT unless given";

/** The API of a server, or of the one that the settings describe, asked in the name of the token of the settings. */
export function openApi(host: string | undefined, config: Config, signal?: AbortSignal): FetchSource {
  return crashApi(apiOptions(apiHost(host, config), config, signal));
}

/** How the API of a server is asked in the name of the token of the settings. */
export function apiOptions(
  host: string,
  { apiToken }: Pick<Config, "apiToken">,
  signal?: AbortSignal,
): CrashApiOptions {
  return { host, token: apiToken === "" ? null : apiToken, ...(signal ? { signal } : {}) };
}

/** The address of that server, without a slash at the end. */
export function apiHost(host: string | undefined, config: Config): string {
  const own = config.host === "0.0.0.0" ? "127.0.0.1" : config.host;
  return (host ?? `http://${own}:${config.port}`).replace(/\/+$/, "");
}
