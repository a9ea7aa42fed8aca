import { refuse, refuseStrangeOptions, type Composition } from "#lib/crashstorage/composition";
import type { StorageSurroundings } from "#lib/crashstorage/surroundings";

export interface RabbitmqPlan {
  readonly kind: "rabbitmq";
  readonly name: "rabbitmq";
  /** May hold a password. */
  readonly url: string;
  /** Of 100 crashes, how many are queued. */
  readonly throttlePercent: number;
  /** Whether crashes that the collector deferred are left out. */
  readonly leavesOutDeferred: boolean;
}

const OPTIONS = ["url", "throttle", "filter"];

/** `rabbitmq(url=…, throttle=100, filter=yes)`; the URL is that of CRASHQUEUE_URL unless given. Throws BadSetting. */
export function rabbitmqPlan(
  composition: Composition,
  { crashQueueUrl = "" }: StorageSurroundings,
): RabbitmqPlan {
  const { parts, options } = composition;
  refuseStrangeOptions(composition, OPTIONS);
  if (parts.length > 0) throw refuse(`rabbitmq takes options only: ${OPTIONS.join(", ")}`);
  const url = options.get("url") ?? crashQueueUrl;
  if (!/^amqps?:\/\/[^/]/.test(url))
    throw refuse("rabbitmq wants an amqp or amqps URL, as its option url or in CRASHQUEUE_URL");
  const [throttle, filter] = [options.get("throttle") ?? "100", options.get("filter") ?? "yes"];
  if (!/^\d+$/.test(throttle) || Number(throttle) > 100)
    throw refuse(`rabbitmq wants throttle from 0 to 100, not "${throttle}"`);
  if (filter !== "yes" && filter !== "no") throw refuse(`rabbitmq wants filter yes or no, not "${filter}"`);
  return {
    kind: "rabbitmq",
    name: "rabbitmq",
    url,
    throttlePercent: Number(throttle),
    leavesOutDeferred: filter === "yes",
  };
}

/** One line for the tree of a composition, without user and password. */
export function describeRabbitmq({ url, throttlePercent, leavesOutDeferred }: RabbitmqPlan): string {
  const filter = leavesOutDeferred ? "yes" : "no";
  return `rabbitmq  ${url.replace(/\/\/[^/@]*@/, "//")}  throttle=${throttlePercent}  filter=${filter}`;
}
