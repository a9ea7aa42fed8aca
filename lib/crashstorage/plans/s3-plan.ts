import { isKeyOf, refuse, refuseStrangeOptions, type Composition } from "#lib/crashstorage/composition";
import { S3_LAYOUTS, type S3LayoutName } from "#lib/crashstorage/s3-layouts";

export interface S3Plan {
  readonly kind: "s3";
  readonly name: "s3";
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  /** Empty: Amazon's. */
  readonly endpoint: string;
  readonly layout: S3LayoutName;
}

const OPTIONS = ["bucket", "prefix", "region", "endpoint", "layout"];

/** `s3(bucket=NAME, …)`. Throws BadSetting. */
export function s3Plan(composition: Composition): S3Plan {
  const { parts, options } = composition;
  refuseStrangeOptions(composition, OPTIONS);
  const option = (key: string, byDefault: string) => options.get(key) ?? byDefault;
  const [bucket, layout] = [option("bucket", ""), option("layout", "entropy")];
  if (parts.length > 0 || bucket === "") throw refuse("s3 wants options: s3(bucket=NAME)");
  if (!isKeyOf(S3_LAYOUTS, layout))
    throw refuse(`s3 has no layout "${layout}". Accepted: ${Object.keys(S3_LAYOUTS).join(", ")}`);
  const endpoint = option("endpoint", "");
  if (endpoint !== "" && !/^https?:\/\/[^/]/.test(endpoint))
    throw refuse(`s3 wants an http or https URL as endpoint, not "${endpoint}"`);
  const [prefix, region] = [option("prefix", ""), option("region", "us-west-2")];
  return { kind: "s3", name: "s3", bucket, prefix, region, endpoint, layout };
}

/** One line for the tree of a composition. */
export function describeS3({ endpoint, bucket, prefix, layout }: S3Plan): string {
  return `s3  ${[endpoint, bucket, prefix].filter(Boolean).join("/")}  ${layout}`;
}
