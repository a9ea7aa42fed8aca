import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CrashId } from "#lib/core/crash-id";
import { sampleSubmissions } from "#lib/sampledata/submissions";
import { superSearch } from "#test/send-crash";
import { sendAllUntilAcknowledged } from "#test/persistent-sender";
import { startServerProcess, temporaryDataDirectory, type ServerProcess } from "#test/server-process";
import { startElasticsearch, type ElasticsearchService } from "#test/services/elasticsearch";
import { startPostgresql, type PostgresqlService } from "#test/services/postgresql";
import { startRabbitmq, type RabbitmqService } from "#test/services/rabbitmq";
import { S3_KEYS, startS3Gateway, type S3Gateway } from "#test/services/s3-gateway";

const COUNT = 1_000;

let s3: S3Gateway;
let elasticsearch: ElasticsearchService;
let postgresql: PostgresqlService;
let rabbitmq: RabbitmqService;
let data: Awaited<ReturnType<typeof temporaryDataDirectory>>;
let collector: ServerProcess;
let processor: ServerProcess;
let web: ServerProcess;

beforeAll(async () => {
  [s3, elasticsearch, postgresql, rabbitmq, data] = await Promise.all([
    startS3Gateway(),
    startElasticsearch(),
    startPostgresql(),
    startRabbitmq(),
    temporaryDataDirectory(),
  ]);
  const settings = {
    ...S3_KEYS,
    CRASHSTORAGE: `poly(s3(bucket=${s3.bucket}, endpoint=${s3.endpoint}, region=us-east-1), elasticsearch, postgresql)`,
    CRASHQUEUE_URL: rabbitmq.url,
    ELASTICSEARCH_URL: elasticsearch.url,
    DATABASE_URL: postgresql.url,
    // What another process indexes is to be seen at once.
    MIDDLEWARE_CACHE_BYTES: "0",
  };
  const start = (role: string) => startServerProcess(data.path, settings, [role]);
  [collector, processor, web] = await Promise.all([start("collector"), start("processor"), start("web")]);
});
afterAll(async () => {
  await Promise.all([collector, processor, web].map((server) => server.stop()));
  await Promise.all([s3, elasticsearch, postgresql, rabbitmq, data].map((service) => service.remove()));
});

/** How many crashes are found by search, whatever their date. */
async function searchable(): Promise<number> {
  const from = new Date(Date.now() - 60 * 86_400_000).toISOString();
  const query = new URLSearchParams({ date: `>=${from}`, _results_number: "0", _facets_size: "0" });
  return (await superSearch(web.url, query.toString())).total;
}

/** How many processed crashes each store has. */
async function countsByStore(): Promise<Readonly<Record<string, number>>> {
  const [objects, documents, rows] = await Promise.all([objectsInS3(), documentsInIndex(), rowsInDatabase()]);
  return { s3: objects, elasticsearch: documents, postgresql: rows };
}

async function objectsInS3(): Promise<number> {
  const client = new S3Client({
    region: "us-east-1",
    endpoint: s3.endpoint,
    forcePathStyle: true,
    credentials: {
      accessKeyId: S3_KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: S3_KEYS.AWS_SECRET_ACCESS_KEY,
    },
  });
  let count = 0;
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: "v1/processed_crash/", ContinuationToken }),
    );
    count += page.KeyCount ?? 0;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  client.destroy();
  return count;
}

async function documentsInIndex(): Promise<number> {
  await fetch(`${elasticsearch.url}/socorro*/_refresh`, { method: "POST" });
  const answer = await fetch(`${elasticsearch.url}/socorro*/_count`);
  return ((await answer.json()) as { count: number }).count;
}

async function rowsInDatabase(): Promise<number> {
  const client = new Client(postgresql.url);
  await client.connect();
  const tables = await client.query<{ name: string }>(
    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE tablename ~ '^processed_crashes_[0-9]{8}$'",
  );
  let count = 0;
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
    count += Number(rows[0]?.count);
  }
  await client.end();
  return count;
}

/** Crashes that were processed to a state that is not their own: given up, or without what their annotations said. */
async function wronglyProcessed(ids: readonly CrashId[]): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (const id of ids) {
    const response = await fetch(`${web.url}/api/ProcessedCrash/?crash_id=${id}`);
    const crash = (await response.json()) as Record<string, unknown>;
    if (!response.ok || crash.uuid !== id || String(crash.processor_notes).includes("given up"))
      wrong.push({ id, status: response.status, notes: crash.processor_notes });
  }
  return wrong;
}

const send = (seed: number, onAcknowledged?: (count: number) => void) =>
  sendAllUntilAcknowledged(sampleSubmissions({ count: COUNT, seed, now: new Date(), days: 20 }), {
    url: collector.url,
    onAcknowledged,
  });

describe("collector, processor and web over S3, Elasticsearch, PostgreSQL and RabbitMQ", () => {
  it("take a thousand crashes from the collector to the search page", async () => {
    const acknowledged = await send(1);
    expect(acknowledged).toHaveLength(COUNT);
    await expect.poll(searchable, { timeout: 240_000, interval: 1_000 }).toBe(COUNT);
    expect(await countsByStore()).toEqual({ s3: COUNT, elasticsearch: COUNT, postgresql: COUNT });
    const page = await fetch(`${web.url}/search?date=%3E%3D2000-01-01&uuid=${acknowledged[0] ?? ""}`);
    expect(page.status).toBe(200);
  }, 400_000);

  it("lose nothing and get nothing wrong while broker, object store and index die and come back", async () => {
    const outages: Promise<void>[] = [];
    const outage = async (service: { kill(): Promise<void>; start(): Promise<void> }) => {
      await service.kill();
      await service.start();
    };
    const acknowledged = await send(2, (count) => {
      if (count === 200) outages.push(outage(rabbitmq));
      if (count === 450) outages.push(outage(s3));
      if (count === 700) outages.push(outage(elasticsearch));
    });
    await Promise.all(outages);
    expect(outages).toHaveLength(3);
    expect(acknowledged).toHaveLength(COUNT);
    await expect.poll(searchable, { timeout: 400_000, interval: 1_000 }).toBe(2 * COUNT);
    expect(await countsByStore()).toEqual({ s3: 2 * COUNT, elasticsearch: 2 * COUNT, postgresql: 2 * COUNT });
    expect(await wronglyProcessed(acknowledged)).toEqual([]);
  }, 600_000);
});
