import { execFile } from "node:child_process";
import { realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  directoryIn,
  freePort,
  serviceDirectory,
  startService,
  type ServiceProcess,
} from "./service-process";

/** Only what goes wrong is printed. */
const LOG_SETTINGS = `appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
`;

/** A real Elasticsearch of one node. */
export interface ElasticsearchService extends ServiceProcess {
  readonly url: string;
  readonly port: number;
}

interface ElasticsearchSettings {
  /** 1g unless given. */
  readonly heap?: string;
  /** A folder that stays, for what is indexed; one that is removed with the service unless given. */
  readonly data?: string;
}

export async function startElasticsearch({
  heap = "1g",
  data,
}: ElasticsearchSettings = {}): Promise<ElasticsearchService> {
  const directory = await serviceDirectory("elasticsearch");
  const [configuration, temporary] = [
    await directoryIn(directory, "config"),
    await directoryIn(directory, "tmp"),
  ];
  const [port, transportPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    "path.data": data ?? join(directory, "data"),
    "path.logs": join(directory, "logs"),
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "network.host": "127.0.0.1",
    "http.port": String(port),
    "transport.port": String(transportPort),
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "action.destructive_requires_name": "false",
  };
  await writeFile(join(configuration, "log4j2.properties"), LOG_SETTINGS);
  await writeFile(
    join(configuration, "elasticsearch.yml"),
    Object.entries(settings)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(""),
  );
  await writeFile(join(configuration, "jvm.options"), `-XX:+UseSerialGC\n-Djava.io.tmpdir=${temporary}\n`);
  const service = await startService({
    command: join(await realpath(".tools/elasticsearch"), "bin", "elasticsearch"),
    args: [],
    environment: {
      ES_JAVA_HOME: await javaHome(),
      ES_PATH_CONF: configuration,
      ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}`,
      ES_TMPDIR: temporary,
    },
    directory,
    isReady: async () => (await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
  });
  return { ...service, url, port };
}

async function javaHome(): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", "command -v java"]);
  return dirname(dirname(await realpath(stdout.trim())));
}
