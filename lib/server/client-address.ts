import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { CLIENT_ADDRESS_HEADER } from "#lib/core/client-address";

/**
 * Tells pages and routes who is asking: the other end of the connection, or whom a proxy that is
 * trusted names in `X-Real-Ip`.
 */
export function clientAddressSetter(trustedProxies: readonly string[]): (request: IncomingMessage) => void {
  const trusted = new BlockList();
  for (const address of trustedProxies) trusted.addAddress(address, familyOf(address));
  return (request) => {
    const peer = (request.socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/i, "");
    const named = String(request.headers["x-real-ip"] ?? "");
    const believes = isIP(named) !== 0 && isIP(peer) !== 0 && trusted.check(peer, familyOf(peer));
    request.headers[CLIENT_ADDRESS_HEADER] = believes ? named : peer;
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
