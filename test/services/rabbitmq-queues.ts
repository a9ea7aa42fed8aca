import { connect } from "amqplib";
import { brokerQueues } from "#lib/queue/drivers/rabbitmq/queues";

/** Removes all queues that the driver made under a prefix. */
export async function deleteQueues(url: string, prefix: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const names = brokerQueues(prefix).flatMap(({ name, waiting }) => [name, ...waiting.map((w) => w.name)]);
  for (const name of names) await channel.deleteQueue(name);
  await connection.close();
}
