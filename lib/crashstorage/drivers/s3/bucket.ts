import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { DumpFile } from "#lib/core/crash";
import { BadSetting, isAppError, StorageRefused, StorageUnavailable } from "#lib/core/errors";
import { limitedBackoffExecutor } from "#lib/transaction/executor";

/** Where the bucket is. Keys come from the environment, as the AWS tools read them. */
export interface BucketOptions {
  readonly bucket: string;
  readonly region: string;
  /** Empty: Amazon's. */
  readonly endpoint: string;
}

/** Objects in a bucket. Every call is tried again when the store does not answer; null means "no such object". */
export interface Bucket {
  putText(key: string, content: string): Promise<void>;
  /** The file is streamed, again for each attempt. */
  putFile(key: string, file: DumpFile): Promise<void>;
  getText(key: string): Promise<string | null>;
  getStream(key: string): Promise<Readable | null>;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** Removes in one attempt only, for those who have a failure to tell already. */
  discard(key: string): Promise<void>;
  /** The keys that begin so; with `folders`, what they begin with up to the next `/`, each once. */
  list(prefix: string, options?: { readonly folders?: boolean }): AsyncIterable<string>;
  close(): void;
}

const RETRY_DELAYS_SECONDS = [0.2, 1, 3];
/** Files up to this size are in memory as a whole while they are sent. */
const SMALL_FILE_BYTES = 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;
/** Without a byte either way. */
const SILENCE_TIMEOUT_MS = 60_000;

/** Opens a bucket. Throws BadSetting when the store says that there is none, or that it may not be used. */
export async function openBucket({ bucket, ...place }: BucketOptions): Promise<Bucket> {
  const client = openClient(place);
  const execute = limitedBackoffExecutor({ delaysSeconds: RETRY_DELAYS_SECONDS });
  const askingOnce = <T>(key: string, ask: (at: { Bucket: string; Key: string }) => Promise<T>) =>
    ask({ Bucket: bucket, Key: key }).catch((cause: unknown) => {
      throw translated(bucket, key, cause);
    });
  const asking: typeof askingOnce = (key, ask) => execute(() => askingOnce(key, ask));
  const put = (key: string, { content, ...about }: Uploaded) =>
    asking(key, async (at) => {
      await client.send(new PutObjectCommand({ ...at, ...about, Body: content() }));
    });
  const remove = async (at: { Bucket: string; Key: string }) => {
    await client.send(new DeleteObjectCommand(at));
  };

  await refuseUnusable(client, bucket);
  return {
    putText: (key, content) =>
      put(key, {
        content: () => content,
        ContentType: "application/json",
        ContentMD5: createHash("md5").update(content).digest("base64"),
      }),
    putFile: async (key, file) => put(key, await uploadedFile(file)),
    getText: (key) =>
      asking(key, (at) =>
        orNull(
          async () => (await client.send(new GetObjectCommand(at))).Body?.transformToString("utf8") ?? "",
        ),
      ),
    getStream: (key) =>
      asking(key, (at) =>
        orNull(async () => {
          const { Body } = await client.send(new GetObjectCommand(at));
          return Readable.from(translatedBytes(bucket, key, Body as Readable), { objectMode: false });
        }),
      ),
    has: (key) =>
      asking(key, async (at) => (await orNull(() => client.send(new HeadObjectCommand(at)))) !== null),
    remove: (key) => asking(key, remove),
    discard: (key) => askingOnce(key, remove),
    list: (prefix, { folders = false } = {}) =>
      keysOf((token) =>
        asking(prefix, ({ Bucket }) =>
          client.send(listing(Bucket, prefix, folders ? "/" : undefined, token)),
        ),
      ),
    close: () => client.destroy(),
  };
}

/** The digest keeps a store from taking the half of an object whose upload broke off for the whole. */
interface Uploaded {
  /** Asked for again for each attempt. */
  readonly content: () => string | Buffer | Readable;
  readonly ContentType: string;
  readonly ContentLength?: number;
  readonly ContentMD5: string;
}

/** The file is streamed, twice since its digest goes before it; a small one is read once instead. */
async function uploadedFile({ path, sizeBytes }: DumpFile): Promise<Uploaded> {
  const about = { ContentType: "application/octet-stream", ContentLength: sizeBytes };
  if (sizeBytes > SMALL_FILE_BYTES)
    return { ...about, content: () => createReadStream(path), ContentMD5: await md5Of(path) };
  const bytes = await readFile(path);
  return { ...about, content: () => bytes, ContentMD5: createHash("md5").update(bytes).digest("base64") };
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("base64");
}

function openClient({ region, endpoint }: Omit<BucketOptions, "bucket">): S3Client {
  return new S3Client({
    region,
    ...(endpoint === "" ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

function listing(Bucket: string, Prefix: string, Delimiter?: string, ContinuationToken?: string) {
  return new ListObjectsV2Command({ Bucket, Prefix, Delimiter, ContinuationToken });
}

/** The keys and folders of a listing, page after page. */
async function* keysOf(
  pageAfter: (token: string | undefined) => Promise<ListObjectsV2CommandOutput>,
): AsyncGenerator<string, void> {
  let after: string | undefined;
  do {
    const page = await pageAfter(after);
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) yield Prefix;
    after = page.NextContinuationToken;
  } while (after !== undefined);
}

/** A store that does not answer yet is no reason not to start. */
async function refuseUnusable(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (cause) {
    if (!isRefusal(cause)) return;
    const why =
      statusOf(cause) === 404 ? "is not there" : `cannot be used: status ${statusOf(cause) ?? "unknown"}`;
    throw new BadSetting(`CRASHSTORAGE: the S3 bucket "${bucket}" ${why}.`, { cause });
  }
}

/** An answer that says that the request is at fault, not the store. */
function isRefusal(error: unknown): error is S3ServiceException {
  return error instanceof S3ServiceException && error.$fault === "client";
}

function statusOf(error: S3ServiceException): number | undefined {
  return error.$metadata.httpStatusCode;
}

async function orNull<T>(asking: () => Promise<T>): Promise<T | null> {
  try {
    return await asking();
  } catch (error) {
    if (isRefusal(error) && statusOf(error) === 404) return null;
    throw error;
  }
}

/** Bytes as they come; the way to the store may also break in the middle of them. */
async function* translatedBytes(bucket: string, key: string, bytes: Readable): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of bytes) yield chunk as Buffer;
  } catch (cause) {
    throw translated(bucket, key, cause);
  }
}

/** Errors of the store and of the way to it become those of the contract. */
function translated(bucket: string, key: string, cause: unknown): unknown {
  if (isAppError(cause) || !(cause instanceof Error)) return cause;
  const what = `S3 bucket ${bucket}, ${key}: ${cause.name}: ${cause.message}`;
  return isRefusal(cause) ? new StorageRefused(what, { cause }) : new StorageUnavailable(what, { cause });
}
