import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  freePort,
  isListening,
  serviceDirectory,
  startService,
  type ServiceProcess,
} from "./service-process";

/** A real RabbitMQ, empty. */
export interface RabbitmqService extends ServiceProcess {
  readonly url: string;
  readonly port: number;
}

export async function startRabbitmq(): Promise<RabbitmqService> {
  const directory = await serviceDirectory("rabbitmq");
  const [port, distributionPort, mapperPort] = [await freePort(), await freePort(), await freePort()];
  const service = await startService({
    command: "/usr/lib/rabbitmq/bin/rabbitmq-server",
    args: [],
    environment: {
      RABBITMQ_NODENAME: `crash-stats-${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_MNESIA_BASE: join(directory, "mnesia"),
      RABBITMQ_LOG_BASE: join(directory, "log"),
      RABBITMQ_PID_FILE: join(directory, "pid"),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "plugins"),
      RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq"),
      RABBITMQ_CONF_ENV_FILE: join(directory, "environment"),
      ERL_EPMD_PORT: String(mapperPort),
    },
    directory,
    isReady: () => isListening(port),
  });
  const stopMapper = () => promisify(execFile)("epmd", ["-port", String(mapperPort), "-kill"]);
  return {
    ...service,
    async remove() {
      await service.remove();
      await stopMapper();
    },
    url: `amqp://127.0.0.1:${port}`,
    port,
  };
}
