import type { TestProject } from "vitest/node";
import { startElasticsearch } from "./elasticsearch";
import { givenService } from "./given-service";
import { startPostgresql } from "./postgresql";
import { startRabbitmq } from "./rabbitmq";

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
  const services = await Promise.all([
    givenService("TEST_ELASTICSEARCH_URL", () => startElasticsearch({ heap: "2g" })),
    givenService("TEST_DATABASE_URL", startPostgresql),
    givenService("TEST_AMQP_URL", startRabbitmq),
  ]);
  const [elasticsearch, database, amqp] = services;
  project.provide("elasticsearchUrl", elasticsearch.url);
  project.provide("databaseUrl", database.url);
  project.provide("amqpUrl", amqp.url);
  return async () => {
    await Promise.all(services.map((service) => service.remove()));
  };
}
