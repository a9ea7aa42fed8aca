import {
  connectThrift,
  TransportFailed,
  type ThriftAddress,
  type ThriftConnection,
} from "./thrift-connection";

/** Connections that are kept open, each for one call at a time. */
export interface ConnectionPool {
  /** Waits for a connection that is free, opening up to CONNECTIONS of them. */
  use<T>(work: (connection: ThriftConnection) => Promise<T>): Promise<T>;
  close(): void;
}

/** A server works on the calls of one connection one after the other. */
const CONNECTIONS = 4;

/** Connections that broke are replaced when they are needed again. */
export function connectionPool(address: ThriftAddress): ConnectionPool {
  const idle: ThriftConnection[] = [];
  const inUse = new Set<ThriftConnection>();
  const waiting: (() => void)[] = [];
  const state = { places: CONNECTIONS, closed: false };
  const isClosed = () => state.closed;

  const enter = async () => {
    if (state.places > 0) state.places -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else state.places += 1;
  };
  const take = async () => {
    for (let found = idle.pop(); found; found = idle.pop()) if (found.isOpen) return found;
    return connectThrift(address);
  };

  return {
    async use(work) {
      await enter();
      try {
        if (isClosed()) throw new TransportFailed("the client was closed");
        const connection = await take();
        inUse.add(connection);
        try {
          return await work(connection);
        } finally {
          inUse.delete(connection);
          if (isClosed()) connection.close();
          else if (connection.isOpen) idle.push(connection);
        }
      } finally {
        leave();
      }
    },
    close() {
      state.closed = true;
      for (const connection of [...idle.splice(0), ...inUse]) connection.close();
    },
  };
}
