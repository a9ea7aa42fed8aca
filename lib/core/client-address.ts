/** The request header in which the server tells its pages and routes who is asking; what a client sends under this name is overwritten. */
export const CLIENT_ADDRESS_HEADER = "x-client-address";

/** The addresses that one client can choose among, and so are counted as one: a whole IPv4 address, the first 64 bits of an IPv6 one. */
export function addressBlock(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!plain.includes(":")) return plain;
  const [front = "", back] = plain.toLowerCase().split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(front), groups(back ?? "")];
  const missing = back === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...Array<string>(missing).fill("0"), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
