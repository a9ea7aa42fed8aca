import { availableParallelism } from "node:os";
import { z } from "zod";
import { addresses, filled, list, setting, text, urls, wholeNumber, type Setting } from "./setting";
import { SIGN_IN_SETTINGS } from "./sign-in-settings";

const MEBIBYTE = 1024 * 1024;

/** Every setting of the program. Units are in the names. */
export const SETTINGS = {
  host: setting({
    name: "HOST",
    schema: filled,
    byDefault: "127.0.0.1",
    doc: "Address to listen on. 0.0.0.0 makes the server reachable from other machines.",
  }),
  port: setting({
    name: "PORT",
    schema: wholeNumber(0, 65_535),
    byDefault: "8000",
    doc: "Port to listen on. 0 takes any free one.",
  }),
  dataDirectory: setting({
    name: "CRASHSTATS_DATA_DIR",
    schema: filled,
    byDefault: "./.data",
    doc: "Folder of everything the embedded engines keep. One running server owns it.",
  }),
  logLevel: setting({
    name: "LOG_LEVEL",
    schema: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]),
    byDefault: "info",
    doc: "Least severe kind of log line that is written: fatal, error, warn, info, debug or trace.",
  }),
  apiRateLimitPerMinute: setting({
    name: "API_RATE_LIMIT_PER_MINUTE",
    schema: wholeNumber(1, 1_000_000),
    byDefault: "100",
    doc: "API requests that one address may make in a minute without a token.",
  }),
  apiRateLimitAuthenticatedPerMinute: setting({
    name: "API_RATE_LIMIT_AUTHENTICATED_PER_MINUTE",
    schema: wholeNumber(1, 1_000_000),
    byDefault: "1000",
    doc: "API requests that one address may make in a minute with a token.",
  }),
  trustedProxies: setting({
    name: "TRUSTED_PROXIES",
    schema: addresses,
    byDefault: "127.0.0.1,::1",
    doc: "Addresses of reverse proxies, separated by commas, whose header X-Real-Ip names the client. Empty: none.",
  }),
  ...SIGN_IN_SETTINGS,
  crashStorage: setting({
    name: "CRASHSTORAGE",
    schema: filled,
    byDefault: "fs-permanent",
    doc: "Where crashes are kept: a store such as fs-permanent or fs-radix-tree(FOLDER), or containers of stores such as fallback(fs-radix-tree(FOLDER), fs-permanent(FOLDER)). See docs/crash-storage.md.",
  }),
  crashQueueUrl: setting({
    name: "CRASHQUEUE_URL",
    schema: filled,
    byDefault: "fs:",
    doc: "How crash ids get to the processor. fs: is a folder under the data folder; fs:FOLDER is that folder; amqp://USER:PASSWORD@HOST/VHOST or amqps:// is RabbitMQ; pubsub:PROJECT is Google Pub/Sub. See docs/operations.md.",
    secret: true,
  }),
  databaseUrl: setting({
    name: "DATABASE_URL",
    schema: text.regex(/^$|^postgres(ql)?:\/\//, "must be a postgresql URL"),
    byDefault: "",
    doc: "PostgreSQL server of people, products, signatures and jobs: postgresql://USER:PASSWORD@HOST:PORT/DATABASE. Empty: an embedded one in the data folder.",
    secret: true,
  }),
  elasticsearchUrl: setting({
    name: "ELASTICSEARCH_URL",
    schema: text.regex(/^$|^https?:\/\//, "must be an http or https URL"),
    byDefault: "",
    doc: "Elasticsearch server of the search index: http://HOST:9200, with USER:PASSWORD@ in front of the host where it asks for them. Empty: an embedded index in the data folder.",
    secret: true,
  }),
  elasticsearchIndex: setting({
    name: "ELASTICSEARCH_INDEX",
    schema: filled,
    byDefault: "socorro%Y%W",
    doc: "Name of the Elasticsearch index of a day: %Y is its year, %W the number of its week, %m its month, %d its day.",
  }),
  elasticsearchShards: setting({
    name: "ELASTICSEARCH_SHARDS",
    schema: wholeNumber(1, 1024),
    byDefault: "1",
    doc: "Shards of an Elasticsearch index that is made from now on.",
  }),
  middlewareServices: setting({
    name: "MIDDLEWARE_SERVICES",
    schema: text,
    byDefault: "",
    doc: "Where pages and API read from, where that is not CRASHSTORAGE or the search index: crash_data=STORAGE, as CRASHSTORAGE is written, and super_search=duckdb(FOLDER) or super_search=elasticsearch(url=URL, index=NAME), separated by a comma. See docs/operations.md.",
  }),
  middlewareCacheBytes: setting({
    name: "MIDDLEWARE_CACHE_BYTES",
    schema: wholeNumber(0, 64 * 1024 * MEBIBYTE),
    byDefault: String(64 * MEBIBYTE),
    doc: "Most memory for answers of searches that are given again to those who ask the same within 300 seconds, in bytes. 0: none is kept.",
  }),
  maxPayloadBytes: setting({
    name: "COLLECTOR_MAX_PAYLOAD_BYTES",
    schema: wholeNumber(1024, 1024 * MEBIBYTE),
    byDefault: String(25 * MEBIBYTE),
    doc: "Largest submission the collector takes, in bytes, counted both as sent and after decompression.",
  }),
  throttleRules: setting({
    name: "COLLECTOR_THROTTLE_RULES",
    schema: filled,
    byDefault: "accept-all",
    doc: "Which submissions are kept: accept-all, mozilla, or the path of a JSON file of throttle rules.",
  }),
  trustedToken: setting({
    name: "COLLECTOR_TRUSTED_TOKEN",
    schema: text,
    byDefault: "",
    doc: "Bearer token of a submitter whose submitted_timestamp is kept, for imports. Empty: nobody is trusted.",
    secret: true,
  }),
  apiToken: setting({
    name: "CRASHSTATS_API_TOKEN",
    schema: text,
    byDefault: "",
    doc: "Token with which crash-stats fetch-crash-data and upload-symbols ask a server's REST API. Empty: the first gets the public parts only, and no dumps, the second is refused.",
    secret: true,
  }),
  processorWorkers: setting({
    name: "PROCESSOR_WORKERS",
    schema: wholeNumber(0, 256),
    byDefault: String(Math.max(1, availableParallelism())),
    doc: "Crashes processed at the same time. 0: this process processes nothing.",
  }),
  processorMaxAttempts: setting({
    name: "PROCESSOR_MAX_ATTEMPTS",
    schema: wholeNumber(1, 100),
    byDefault: "3",
    doc: "How often a crash is tried before it is kept as failed, with a processor note.",
  }),
  stackwalkCommand: setting({
    name: "STACKWALK_COMMAND",
    schema: filled,
    byDefault: "minidump-stackwalk",
    doc: "The stackwalker: a path, or a name that is looked up in PATH and in the cargo bin folder.",
  }),
  stackwalkTimeoutSeconds: setting({
    name: "STACKWALK_TIMEOUT_SECONDS",
    schema: wholeNumber(1, 3600),
    byDefault: "120",
    doc: "Longest run of the stackwalker on one dump, in seconds.",
  }),
  stackwalkMemoryBytes: setting({
    name: "STACKWALK_MEMORY_BYTES",
    schema: wholeNumber(64 * MEBIBYTE, 1024 * 1024 * MEBIBYTE),
    byDefault: String(4096 * MEBIBYTE),
    doc: "Most address space one run of the stackwalker may take, in bytes.",
  }),
  stackwalkMaxOutputBytes: setting({
    name: "STACKWALK_MAX_OUTPUT_BYTES",
    schema: wholeNumber(MEBIBYTE, 1024 * MEBIBYTE),
    byDefault: String(128 * MEBIBYTE),
    doc: "Largest output of the stackwalker that is read, in bytes.",
  }),
  symbolPaths: setting({
    name: "SYMBOLS_PATHS",
    schema: list,
    byDefault: "",
    doc: "Folders of Breakpad symbols, separated by commas. The folder symbols under the data folder is always searched too.",
  }),
  symbolUrls: setting({
    name: "SYMBOLS_URLS",
    schema: urls,
    byDefault: "",
    doc: "Symbol servers, separated by commas, asked in this order after the folders. Empty: no network.",
  }),
  symbolsCacheBytes: setting({
    name: "SYMBOLS_CACHE_BYTES",
    schema: wholeNumber(MEBIBYTE, 1024 * 1024 * 1024 * MEBIBYTE),
    byDefault: String(10 * 1024 * MEBIBYTE),
    doc: "Most that symbols from servers may take in the folder symbols-cache under the data folder, in bytes. Those that were not used for the longest time make room.",
  }),
  symbolsUploadMaxBytes: setting({
    name: "SYMBOLS_UPLOAD_MAX_BYTES",
    schema: wholeNumber(MEBIBYTE, 1024 * 1024 * MEBIBYTE),
    byDefault: String(2 * 1024 * MEBIBYTE),
    doc: "Largest upload of symbols, in bytes, counted both as sent and unpacked.",
  }),
  siglistsDirectory: setting({
    name: "SIGLISTS_DIR",
    schema: text,
    byDefault: "",
    doc: "Folder of signature lists. Empty: the built-in lists.",
  }),
  publishedVersionsUrl: setting({
    name: "PUBLISHED_VERSIONS_URL",
    schema: text.regex(/^$|^https?:\/\//, "must be an http or https URL"),
    byDefault: "",
    doc: "Endpoint VersionString of the server that knows as which versions beta builds of Firefox and Thunderbird were published, such as http://127.0.0.1:8000/api/VersionString/. Empty: every beta is b0.",
  }),
  crontabberJobs: setting({
    name: "CRONTABBER_JOBS",
    schema: text,
    byDefault: "",
    doc: "Scheduled jobs in place of the built-in list, separated by commas: JOB|FREQUENCY or JOB|FREQUENCY|HH:MM in UTC, such as verify-processed|1d|04:00. A single # runs none.",
  }),
  crontabberLockSeconds: setting({
    name: "CRONTABBER_LOCK_SECONDS",
    schema: wholeNumber(60, 30 * 86_400),
    byDefault: "7200",
    doc: "How long one run of a scheduled job may take, in seconds. One that was killed is run again after that time.",
  }),
  retentionIndexDays: setting({
    name: "RETENTION_INDEX_DAYS",
    schema: wholeNumber(0, 36_500),
    byDefault: "0",
    doc: "Days for which crashes stay in the search index. 0: for ever.",
  }),
  retentionCrashesDays: setting({
    name: "RETENTION_CRASHES_DAYS",
    schema: wholeNumber(0, 36_500),
    byDefault: "0",
    doc: "Days for which crashes stay in the crash storage; then they are removed for good, everywhere. 0: for ever.",
  }),
  retentionDryRun: setting({
    name: "RETENTION_DRY_RUN",
    schema: z.enum(["yes", "no"]).transform((answer) => answer === "yes"),
    byDefault: "no",
    doc: "With yes, the jobs of the two settings before count and log what they would remove, and remove nothing.",
  }),
} as const;

export type SettingKey = keyof typeof SETTINGS;

/** The checked values of all settings, by their key in SETTINGS. */
export type Config = {
  readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;
};
