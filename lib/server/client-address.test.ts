import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { CLIENT_ADDRESS_HEADER } from "#lib/core/client-address";
import { clientAddressSetter } from "./client-address";

function addressOf(peer: string, headers: Readonly<Record<string, string>>): unknown {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  clientAddressSetter(["127.0.0.1", "::1"])(request);
  return request.headers[CLIENT_ADDRESS_HEADER];
}

describe("who is asking", () => {
  it("is whom a trusted proxy names", () => {
    expect(addressOf("127.0.0.1", { "x-real-ip": "192.0.2.7" })).toBe("192.0.2.7");
    expect(addressOf("::ffff:127.0.0.1", { "x-real-ip": "2001:db8::1" })).toBe("2001:db8::1");
  });

  it("is the other end of the connection for everybody else, whatever they claim", () => {
    const claims = { "x-real-ip": "192.0.2.7", [CLIENT_ADDRESS_HEADER]: "192.0.2.8" };
    expect(addressOf("203.0.113.9", claims)).toBe("203.0.113.9");
    expect(addressOf("::1", { "x-real-ip": "not an address" })).toBe("::1");
  });
});
