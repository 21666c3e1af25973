import { isIP } from "node:net";

/** An address as a number (IPv4 in 32 bits, IPv6 in 128); null when the text is no address. */
export function addressNumber(text: string): bigint | null {
  const family = isIP(text);
  if (family === 4) return text.split(".").reduce((number, part) => number * 256n + BigInt(part), 0n);
  if (family !== 6 || text.includes("%")) return null;
  const [head = "", tail] = text.split("::");
  const groups = [...groupsOf(head)];
  if (tail !== undefined) {
    const after = groupsOf(tail);
    while (groups.length + after.length < 8) groups.push(0n);
    groups.push(...after);
  }
  return groups.reduce((number, group) => number * 65536n + group, 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [BigInt(`0x${part}`)];
    const number = addressNumber(part) ?? 0n;
    return [number >> 16n, number & 0xffffn];
  });
}

/** First and last address of a CIDR block or a single address; null when it is neither. */
export function blockOf(text: string): { family: 4 | 6; first: bigint; last: bigint } | null {
  const [address = "", length] = text.split("/");
  const number = addressNumber(address);
  if (number === null) return null;
  const family = isIP(address) === 4 ? 4 : 6;
  const width = family === 4 ? 32 : 128;
  const prefix = length === undefined ? width : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (prefix < 0 || prefix > width) return null;
  const hosts = BigInt(width - prefix);
  const first = (number >> hosts) << hosts;
  return { family, first, last: first + (1n << hosts) - 1n };
}

/** The text of an address as the tables hold it: dotted decimals, or the shortest form of RFC 5952 for IPv6. */
export function addressText(family: 4 | 6, number: bigint): string {
  // An IPv4 address in the dress of IPv6 is written as the IPv4 address that it is.
  const isFour = family === 4 || number >> 32n === 0xffffn;
  if (isFour) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join(".");
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((number >> shift) & 65535n).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** Tells whether an address lies in one of these blocks (CIDR); anything that is no address does not. */
export function insideOf(networks: readonly string[]): (address: string) => boolean {
  const blocks = networks.flatMap((network) => blockOf(network) ?? []);
  return (address) => {
    const number = addressNumber(address);
    const family = address.includes(":") ? 6 : 4;
    return number !== null && blocks.some((block) => block.family === family && number >= block.first && number <= block.last);
  };
}
