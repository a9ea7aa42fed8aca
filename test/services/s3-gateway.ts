import { resolve } from "node:path";
import {
  directoryIn,
  freePort,
  isListening,
  serviceDirectory,
  startService,
  type ServiceProcess,
} from "./service-process";

/** Keys of the gateway's only user. */
export const S3_KEYS = { AWS_ACCESS_KEY_ID: "crash-stats", AWS_SECRET_ACCESS_KEY: "secret-of-tests" };

/** A real S3 gateway over a folder, with one bucket. */
export interface S3Gateway extends ServiceProcess {
  readonly endpoint: string;
  readonly port: number;
  readonly bucket: string;
}

export async function startS3Gateway(): Promise<S3Gateway> {
  const directory = await serviceDirectory("s3-gateway");
  const buckets = await directoryIn(directory, "buckets");
  await directoryIn(buckets, "crashes");
  const port = await freePort();
  const { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret } = S3_KEYS;
  const service = await startService({
    command: resolve(".tools/go/versitygw"),
    args: [
      ...["--quiet", "--access", access, "--secret", secret, "--port", `127.0.0.1:${port}`],
      ...["posix", buckets],
    ],
    directory,
    isReady: () => isListening(port),
  });
  return { ...service, endpoint: `http://127.0.0.1:${port}`, port, bucket: "crashes" };
}
