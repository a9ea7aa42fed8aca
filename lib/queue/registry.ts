import { join, resolve } from "node:path";
import { BadSetting } from "#lib/core/errors";
import { SILENT, type QueueReports } from "./broker";
import type { CrashQueue } from "./queue";

/**
 * Opens the queue that the setting CRASHQUEUE_URL names: `fs:` or `fs:FOLDER`, `amqp://…` or `amqps://…`,
 * `pubsub:PROJECT?…`. Throws BadSetting for anything else.
 */
export async function openCrashQueue(
  setting: string,
  dataDirectory: string,
  reports: QueueReports = SILENT,
): Promise<CrashQueue> {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(setting) ?? [];
  switch (scheme) {
    case "fs":
      return (await import("./drivers/fs")).fsQueue(
        rest === "" ? join(dataDirectory, "queue") : resolve(rest),
      );
    case "amqp":
    case "amqps":
      return (await import("./drivers/rabbitmq/queue")).rabbitmqQueue(setting, reports);
    case "pubsub":
      return (await import("./drivers/pubsub/queue")).pubsubQueue(rest, reports);
    default:
      throw new BadSetting(
        `CRASHQUEUE_URL: "${scheme}:" is not accepted. Accepted: fs:, fs:FOLDER, amqp://HOST, amqps://HOST, pubsub:PROJECT.`,
      );
  }
}
