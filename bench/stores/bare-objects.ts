import { readFile } from "node:fs/promises";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { MAIN_DUMP } from "#lib/core/crash";
import { rawCrash } from "./crashes";
import type { Bare, Store } from "./store";

/** The requests that the layout cannot do without: three objects, and a look for what is there. */
export function bareObjects(
  { endpoint, bucket: Bucket }: Extract<Bare, { kind: "objects" }>,
  dump: string,
): Promise<Store> {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
  const put = (Key: string, Body: string | Buffer) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
  return Promise.resolve({
    async save(id) {
      await get(`bare/names/${id}`).catch(() => null);
      await Promise.all([
        put(`bare/names/${id}`, JSON.stringify([MAIN_DUMP])),
        readFile(dump).then((content) => put(`bare/dump/${id}`, content)),
      ]);
      await put(`bare/raw/${id}`, JSON.stringify(rawCrash(id)));
    },
    async get(id) {
      await get(`bare/raw/${id}`);
      await client.send(new HeadObjectCommand({ Bucket, Key: `bare/raw/${id}` }));
      await get(`bare/dump/${id}`);
    },
  });
}
