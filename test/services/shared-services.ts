import type { TestProject } from "vitest/node";
import { inheritedEnvironment } from "#lib/config/config";
import { startElasticsearch } from "./elasticsearch";
import { startPostgresql } from "./postgresql";
import { startRabbitmq } from "./rabbitmq";
import type { ServiceProcess } from "./service-process";

declare module "vitest" {
  /** Servers that all integration tests share; each test works in an index prefix, schema or queue prefix of its own. */
  interface ProvidedContext {
    readonly elasticsearchUrl: string;
    readonly databaseUrl: string;
    readonly amqpUrl: string;
  }
}

/** Starts what the environment does not name, once for all integration tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const environment = inheritedEnvironment();
  const started: ServiceProcess[] = [];
  const urlOf = async (variable: string, start: () => Promise<ServiceProcess & { readonly url: string }>) => {
    const given = environment[variable];
    if (given !== undefined && given !== "") return given;
    const service = await start();
    started.push(service);
    return service.url;
  };
  const [elasticsearchUrl, databaseUrl, amqpUrl] = await Promise.all([
    urlOf("TEST_ELASTICSEARCH_URL", startElasticsearch),
    urlOf("TEST_DATABASE_URL", startPostgresql),
    urlOf("TEST_AMQP_URL", startRabbitmq),
  ]);
  project.provide("elasticsearchUrl", elasticsearchUrl);
  project.provide("databaseUrl", databaseUrl);
  project.provide("amqpUrl", amqpUrl);
  return async () => {
    await Promise.all(started.map((service) => service.remove()));
  };
}
