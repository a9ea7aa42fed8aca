/** What a composition may leave to other settings; every one but the data folder may be missing or empty. */
export interface StorageSurroundings {
  readonly dataDirectory: string;
  /** DATABASE_URL */
  readonly databaseUrl?: string;
  /** ELASTICSEARCH_URL */
  readonly elasticsearchUrl?: string;
  /** ELASTICSEARCH_INDEX */
  readonly elasticsearchIndex?: string;
  /** ELASTICSEARCH_SHARDS */
  readonly elasticsearchShards?: number;
  /** CRASHQUEUE_URL */
  readonly crashQueueUrl?: string;
}
