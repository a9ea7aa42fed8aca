import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import {
  acceptedId,
  annotation,
  collectorHarness,
  dump,
  encode,
  MULTIPART,
  product,
} from "#test/collector-harness";

const collector = collectorHarness();

/** As Crashpad's handler sends a report: chunked, no length, no content type on any part, and some of it in the URL too. */
function crashpadRequest(annotations: Readonly<Record<string, string>>, minidump: Uint8Array): Buffer {
  const boundary = "---MultipartBoundary-OYikGawlF3HIP5LkrRmUKDv9zWdOvzbx---";
  const part = (disposition: string, content: string | Uint8Array) => [
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`,
    content,
    "\r\n",
  ];
  const body = Buffer.concat(
    [
      ...Object.entries(annotations).flatMap(([name, value]) => part(`name="${name}"`, value)),
      ...part('name="upload_file_minidump"; filename="c33dc1ad-fc52-4b0c-82ec-a5561bfaf31e.dmp"', minidump),
      `--${boundary}--\r\n`,
    ].map((piece) => Buffer.from(piece)),
  );
  const head = [
    "POST /submit?product=Osprey&version=3.1&guid=0d0c1b2a-3948-5766-7584-93a2b1c0dfee HTTP/1.1",
    "Host: crashes.example",
    "User-Agent: Crashpad/0.8.0 libcurl/7.88.1 Linux/6.18 (x86_64)",
    "Accept: */*",
    "Accept-Encoding: deflate, gzip, br, zstd",
    `Content-Type: multipart/form-data; boundary=${boundary}`,
    "Transfer-Encoding: chunked",
    "Connection: close",
  ].join("\r\n");
  const chunks = [body.subarray(0, 700), body.subarray(700)].flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), ...chunks, Buffer.from("0\r\n\r\n")]);
}

describe("annotations of foreign clients", () => {
  it("of Crashpad get their canonical names and keep their own", async () => {
    await collector.start();
    const annotations = {
      channel: "beta",
      guid: "0d0c1b2a-3948-5766-7584-93a2b1c0dfee",
      list_annotations: "gpu-driver\nswitch-1",
      plat: "Linux",
      prod: "Osprey",
      ptype: "renderer",
      ver: "3.1",
    };
    const minidump = crypto.getRandomValues(new Uint8Array(5_000));
    const socket = connect(collector.port, "127.0.0.1");
    socket.write(crashpadRequest(annotations, minidump));
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1.1 200 OK/);
    const answer = { status: 200, body, headers: {} };
    expect(await collector.rawOf(answer)).toMatchObject({
      ...annotations,
      ProductName: "Osprey",
      Version: "3.1",
      ReleaseChannel: "beta",
      ProcessType: "renderer",
      metadata: { collector_notes: [], user_agent: "Crashpad/0.8.0 libcurl/7.88.1 Linux/6.18 (x86_64)" },
    });
    const stored = await collector.storage.getDump(acceptedId(answer), "upload_file_minidump");
    expect(await buffer(stored)).toEqual(Buffer.from(minidump));
  });

  it("of Electron name the application and not Electron", async () => {
    await collector.start();
    const parts = Object.entries({
      prod: "Electron",
      _productName: "Heron",
      ver: "42.0.1",
      _version: "1.2.3",
      _companyName: "Wetland",
      process_type: "browser",
      platform: "linux",
    }).map(([name, value]) => annotation(name, value));
    expect(
      await collector.rawOf(await collector.post(encode([...parts, dump(Uint8Array.of(1))]))),
    ).toMatchObject({
      ProductName: "Heron",
      Version: "1.2.3",
      Vendor: "Wetland",
      ProcessType: "browser",
      prod: "Electron",
      ver: "42.0.1",
      platform: "linux",
    });
  });

  it.each([
    ["prod", "ProductName"],
    ["product", "ProductName"],
    ["ver", "Version"],
    ["version", "Version"],
    ["channel", "ReleaseChannel"],
    ["ptype", "ProcessType"],
    ["process_type", "ProcessType"],
    ["buildid", "BuildID"],
    ["build_id", "BuildID"],
    ["comments", "Comments"],
  ])("called %s are %s too, in the form, in the URL and in JSON", async (foreign, canonical) => {
    await collector.start();
    const other = annotation("Other", "x");
    const json = { name: "extra", type: "application/json", content: JSON.stringify({ [foreign]: "a b" }) };
    for (const answer of [
      await collector.post(encode([annotation(foreign, "a b")])),
      await collector.post(encode([other]), MULTIPART, `/submit?${foreign}=a%20b`),
      await collector.post(encode([json])),
    ])
      expect(await collector.rawOf(answer)).toMatchObject({ [canonical]: "a b" });
  });

  it("never replace what was sent under the canonical name, and the form counts before the URL", async () => {
    await collector.start();
    const parts = [
      annotation("prod", "Osprey"),
      product,
      annotation("ver", "2"),
      annotation("ReleaseChannel", ""),
    ];
    const path = "/submit?ver=1&ptype=gpu&channel=beta&ProductName=Heron";
    expect(await collector.rawOf(await collector.post(encode(parts), MULTIPART, path))).toMatchObject({
      ProductName: "Kestrel",
      prod: "Osprey",
      Version: "2",
      ver: "2",
      ProcessType: "gpu",
      ReleaseChannel: "",
    });
  });

  it("may all be in the URL", async () => {
    await collector.start();
    const answer = await collector.post(encode([dump(Uint8Array.of(1))]), MULTIPART, "/submit?prod=Osprey");
    expect(await collector.rawOf(answer)).toMatchObject({ ProductName: "Osprey" });
  });
});
