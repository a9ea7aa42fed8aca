import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { collect } from "#lib/crashstorage/conformance";
import { startHBaseThriftServer, type HBaseThriftServer } from "#test/services/hbase-thrift-server";
import { hbaseClient, type HBaseClient, type HBaseOptions } from "./hbase-client";

const options = (port: number, given: Partial<HBaseOptions> = {}): HBaseOptions => ({
  host: "127.0.0.1",
  port,
  transport: "buffered",
  timeoutSeconds: 2,
  retryDelaySeconds: 0.02,
  ...given,
});

/** Listens for one call, and answers it with given bytes. */
async function peer(
  answer: string,
): Promise<{ readonly client: HBaseClient; readonly asked: Promise<string> }> {
  const server = createServer().listen(0, "127.0.0.1");
  const asked = new Promise<string>((resolve) => {
    server.on("connection", (socket) => {
      socket
        .on("error", () => undefined)
        .once("data", (data) => {
          resolve(data.toString("hex"));
          socket.write(Buffer.from(answer, "hex"));
        });
    });
  });
  await once(server, "listening");
  const client = hbaseClient(options((server.address() as AddressInfo).port));
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return { client, asked };
}

/** The bytes of an answer: its beginning, then the fields of the result in hexadecimal. */
function answerTo(method: string, fields: string): string {
  const name = Buffer.from(method).toString("hex");
  return `80010002${method.length.toString(16).padStart(8, "0")}${name}00000001${fields}00`;
}

/**
 * Bytes that thriftpy2, another implementation of Thrift, makes of the definition file that comes with happybase, a client
 * of HBase for Python; so a wrong number or type here cannot be right there.
 */
describe("on the wire", () => {
  it.each<[string, (client: HBaseClient) => Promise<unknown>, string, string]>([
    [
      "mutateRow",
      (client) => client.mutateRow("metrics", "r", [["a:b", "v"]]),
      "80010001000000096d7574617465526f77000000010b0001000000076d6574726963730b000200000001720f00030c00000001020001000b000200000003613a620b000300000001760000",
      "",
    ],
    [
      "mutateRowTs",
      (client) => client.deleteColumns("t", { key: Buffer.from("r"), timestamp: 1234567890123 }, ["a:b"]),
      "800100010000000b6d7574617465526f775473000000010b000100000001740b000200000001720f00030c00000001020001010b000200000003613a62000a00040000011f71fb04cb00",
      "",
    ],
    [
      "atomicIncrement",
      (client) => client.atomicIncrement("metrics", "2026", "counters:n", -1),
      "800100010000000f61746f6d6963496e6372656d656e74000000010b0001000000076d6574726963730b000200000004323032360b00030000000a636f756e746572733a6e0a0004ffffffffffffffff00",
      "0a00000000000000000007",
    ],
    [
      "createTable",
      (client) => client.createTable("t", ["f"]),
      "800100010000000b6372656174655461626c65000000010b000100000001740f00020c000000010b000100000002663a080002000000010000",
      "",
    ],
    [
      "getRowWithColumns",
      (client) => client.getRowWithColumns("t", "r", ["a:b"]),
      "8001000100000011676574526f7757697468436f6c756d6e73000000010b000100000001740b000200000001720f00030b0000000100000003613a6200",
      "0f00000c00000000",
    ],
  ])("%s is what HBase's own definition makes of it", async (method, call, expected, fields) => {
    const { client, asked } = await peer(answerTo(method, fields));
    await call(client);
    expect(await asked).toBe(expected);
  });

  it("a scan asks for rows from a key up to another", async () => {
    const { client, asked } = await peer(answerTo("scannerOpenWithScan", "08000000000007"));
    const scan = client.scan({ table: "t", prefix: "a", columns: ["ids:ooid"] });
    void scan.next().catch(() => undefined);
    expect(await asked).toBe(
      "80010001000000137363616e6e65724f70656e576974685363616e000000010b000100000001740c00020b000100000001610b000200000001620f00040b00000001000000086964733a6f6f69640800050000000a0000",
    );
  });

  it("rows are read", async () => {
    const { client } = await peer(
      "8001000200000011676574526f7757697468436f6c756d6e73000000010f00000c000000010b000100000001720d00020b0c0000000100000003613a620b000100000001760a00020000011f71fb04cb000000",
    );
    expect(await client.getRowWithColumns("t", "r", ["a:b"])).toEqual({
      key: Buffer.from("r"),
      columns: new Map([["a:b", Buffer.from("v")]]),
      timestamp: 1234567890123,
    });
  });

  it.each([
    ["IllegalArgument", "0c00020b00010000000362616400", "storage_refused", "IllegalArgument: bad"],
    ["no result", "", "storage_unavailable", "the answer cannot be read: it has no result"],
  ])("the answer %s is %s", async (_, fields, code, message) => {
    const { client } = await peer(answerTo("getRow", fields));
    await expect(client.getRow("t", "r")).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`, getRow t r: ${message}`) as string,
    });
  });

  it("something that is not Thrift is told at once", async () => {
    const { client } = await peer(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n").toString("hex"));
    await expect(client.getRow("t", "r")).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringContaining("the answer cannot be read") as string,
    });
  });
});

describe("a client of HBase", () => {
  let server: HBaseThriftServer;
  let client: HBaseClient;
  beforeEach(async () => {
    server = await startHBaseThriftServer();
    client = hbaseClient(options(server.port));
    await client.createTable("t", ["f", "g"]);
  });
  afterEach(async () => {
    client.close();
    await server.remove();
  });

  it("speaks with frames too", async () => {
    const framed = await startHBaseThriftServer("framed");
    const other = hbaseClient(options(framed.port, { transport: "framed" }));
    await other.createTable("t", ["f"]);
    await other.mutateRow("t", "r", [["f:large", Buffer.alloc(1_000_000, 7)]]);
    expect((await other.get("t", "r", "f:large"))?.equals(Buffer.alloc(1_000_000, 7))).toBe(true);
    other.close();
    await framed.remove();
  });

  it("tells apart what is not there and what is empty", async () => {
    await client.mutateRow("t", "r", [["f:empty", ""]]);
    expect(await client.get("t", "r", "f:empty")).toEqual(Buffer.alloc(0));
    expect(await client.get("t", "r", "f:other")).toBeNull();
    expect(await client.getRow("t", "other")).toBeNull();
    expect(await client.getRowWithColumns("t", "r", ["g"])).toBeNull();
    expect(await client.describeTable("t")).toEqual(["f", "g"]);
  });

  it("refuses at once what HBase refuses: tables and families that are not there", async () => {
    for (const ask of [() => client.getRow("absent", "r"), () => client.mutateRow("t", "r", [["h:x", "1"]])])
      await expect(ask()).rejects.toMatchObject({ code: "storage_refused", transient: false });
    expect(server.calls.get("getRow")).toBe(1);
  });

  it("makes a call twice at most, and says what went wrong the last time", async () => {
    server.breakNext("getRow", "IOError");
    expect(await client.getRow("t", "r")).toBeNull();
    await server.kill();
    await expect(client.getRow("t", "r")).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringMatching(/^HBase 127.0.0.1:\d+, getRow t r: .*ECONNREFUSED/) as string,
    });
  });

  it("does not take a late answer for that of the next call", async () => {
    await client.mutateRow("t", "r", [["f:x", "1"]]);
    const hasty = hbaseClient(options(server.port, { timeoutSeconds: 0.1 }));
    server.breakNext("get", "silence");
    expect((await hasty.get("t", "r", "f:x"))?.toString()).toBe("1");
    expect(server.calls.get("get")).toBe(2);
    hasty.close();
  });

  it("counts", async () => {
    expect(await client.atomicIncrement("t", "r", "f:n", 5)).toBe(5);
    expect(await client.atomicIncrement("t", "r", "f:n", -7)).toBe(-2);
  });

  it("deletes no value that is newer than what was read", async () => {
    await client.mutateRow("t", "r", [["f:x", "old"]]);
    const row = await client.getRow("t", "r");
    const before = { key: Buffer.from("r"), timestamp: (row?.timestamp ?? 0) - 1 };
    await client.deleteColumns("t", before, ["f:x"]);
    expect((await client.get("t", "r", "f:x"))?.toString()).toBe("old");
    await client.deleteColumns("t", { ...before, timestamp: before.timestamp + 1 }, ["f:x"]);
    expect(await client.get("t", "r", "f:x")).toBeNull();
  });

  const keys = Array.from({ length: 35 }, (_, index) => `a${String(index).padStart(2, "0")}`);
  const scanned = async () =>
    (await collect(client.scan({ table: "t", prefix: "a", columns: ["f"] }))).map(({ key }) =>
      key.toString(),
    );

  it.each(["cut before", "cut after", "IOError"] as const)(
    "scans every row with the prefix once although calls fail: %s",
    async (how) => {
      for (const key of [...keys, "A", "b"]) await client.mutateRow("t", key, [["f:x", key]]);
      server.breakNext("scannerOpenWithScan", how);
      server.breakNext("scannerGetList", how);
      expect(await scanned()).toEqual(keys);
    },
  );

  it("goes on with a scan when the server was restarted and does not know it any more", async () => {
    for (const key of keys) await client.mutateRow("t", key, [["f:x", key]]);
    const found: string[] = [];
    for await (const { key } of client.scan({ table: "t", prefix: "", columns: ["f"] })) {
      found.push(key.toString());
      if (found.length !== 10) continue;
      await server.kill();
      await server.start();
    }
    expect(found).toEqual(keys);
  });

  it("closes the scanners that it does not read to the end", async () => {
    for (const key of keys) await client.mutateRow("t", key, [["f:x", key]]);
    for await (const { key } of client.scan({ table: "t", prefix: "", columns: ["f"] })) {
      expect(key.toString()).toBe("a00");
      break;
    }
    expect(server.calls.get("scannerClose")).toBe(1);
  });

  it("makes many calls at once over few connections", async () => {
    await Promise.all(keys.map((key) => client.mutateRow("t", key, [["f:x", key]])));
    expect(await scanned()).toEqual(keys);
  });
});
