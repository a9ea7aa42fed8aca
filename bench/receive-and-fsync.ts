// The least that any collector must do: take the body, have it on the disk, answer.
import { createWriteStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const directory = process.argv[2] ?? ".";
let received = 0;

const server = createServer((request, response) => {
  keep(request).then(
    () => response.end("kept\n"),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

async function keep(request: IncomingMessage): Promise<void> {
  received += 1;
  const path = join(directory, String(received));
  await pipeline(request, createWriteStream(`${path}.part`, { flush: true }));
  await rename(`${path}.part`, path);
  const folder = await open(directory);
  await folder.sync();
  await folder.close();
}
