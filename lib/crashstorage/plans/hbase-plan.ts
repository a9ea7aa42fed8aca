import { refuse, refuseStrangeOptions, type Composition } from "#lib/crashstorage/composition";

export interface HBasePlan {
  readonly kind: "hbase";
  readonly name: "hbase";
  readonly host: string;
  readonly port: number;
  /** For connecting, and for each answer. */
  readonly timeoutSeconds: number;
  /** Before a call without an answer is made once more. */
  readonly retryDelaySeconds: number;
  readonly transport: "buffered" | "framed";
}

const OPTIONS = ["host", "port", "timeout", "retry", "transport"];

/** `hbase(host=NAME, …)`; times in seconds. Throws BadSetting. */
export function hbasePlan(composition: Composition): HBasePlan {
  const { parts, options } = composition;
  refuseStrangeOptions(composition, OPTIONS);
  const host = options.get("host") ?? "";
  if (parts.length > 0 || host === "") throw refuse("hbase wants options: hbase(host=NAME)");
  const number = (key: string, byDefault: number, isAccepted: (value: number) => boolean) => {
    const given = options.get(key);
    const value = given === undefined ? byDefault : Number(given === "" ? NaN : given);
    if (!isAccepted(value)) throw refuse(`hbase has no ${key} "${given ?? ""}"; it wants a number`);
    return value;
  };
  const transport = options.get("transport") ?? "buffered";
  if (transport !== "buffered" && transport !== "framed")
    throw refuse(`hbase has no transport "${transport}". Accepted: buffered, framed`);
  return {
    kind: "hbase",
    name: "hbase",
    host,
    port: number("port", 9090, (port) => Number.isInteger(port) && port > 0 && port < 65_536),
    timeoutSeconds: number("timeout", 5, (seconds) => seconds > 0 && seconds <= 3600),
    retryDelaySeconds: number("retry", 6, (seconds) => seconds >= 0 && seconds <= 3600),
    transport,
  };
}

/** One line for the tree of a composition. */
export function describeHBase({ host, port }: HBasePlan): string {
  return `hbase  ${host}:${port}`;
}
