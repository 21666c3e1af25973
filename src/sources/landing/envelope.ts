import { advance, braceOpen, bracketClose, bracketOpen, colon, comma, type JsonScan, quote, restart } from "./json-scan.ts";

/**
 * An object that only carries records: a page of a REST list, a delivery of an audit log. It is taken for one when it has nothing but
 * these members (and members whose names begin with "@", which are annotations); an event that happens to hold a list is left whole.
 */
export interface Envelope {
  /** Members whose value is an array of records (or null). */
  readonly containers: readonly string[];
  /** Other members that such an object has. */
  readonly companions: readonly string[];
  /** True when a record does not say what it is without the name of its container: {"_container": name, "_record": {…}}. */
  readonly isNamed?: boolean;
  /** Companions that a record needs (it has no time of its own): they are put in front of its members as "_envelope". */
  readonly carried?: readonly string[];
}

export const knownEnvelopes: readonly Envelope[] = [
  {
    containers: ["messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"],
    companions: ["queryEndTime"],
    isNamed: true,
  },
  { containers: ["value"], companions: ["nextLink", "count"] },
  { containers: ["Records"], companions: [] },
  { containers: ["records"], companions: [] },
  { containers: ["resources"], companions: ["meta", "errors"] },
  { containers: ["Results", "results"], companions: ["Stats", "stats", "Schema", "schema"] },
  { containers: ["events"], companions: ["cancelled", "done", "metaData"] },
  {
    containers: ["users"],
    companions: ["totalVapUsers", "totalTopClickers", "interval", "averageAttackIndex", "vapAttackIndexThreshold"],
    carried: ["interval"],
  },
];

/** What the beginning of an object says about it. */
export interface Outline {
  /** False when more bytes could change the answer. */
  readonly isDecided: boolean;
  /** The envelope it is, or, undecided, the one it will be if nothing else shows up; null for an object to be left whole. */
  readonly envelope: Envelope | null;
  /** The members to carry, as a JSON object; null where there are none. */
  readonly carried: string | null;
}

/** Reads the members of the object that begins at `from`, without changing a byte. */
export function outline(bytes: Buffer, from: number, to: number, envelopes: readonly Envelope[], scan: JsonScan): Outline {
  let candidates = envelopes;
  let hasContainer = false;
  const carried: string[] = [];
  const answer = (isDecided: boolean): Outline => {
    const envelope = hasContainer ? (candidates[0] ?? null) : null;
    return {
      isDecided: isDecided || candidates.length === 0,
      envelope,
      carried: carried.length > 0 ? `{${carried.join(",")}}` : null,
    };
  };
  for (let at = from + 1; ; ) {
    at = afterBlanks(bytes, at, to, true);
    if (at >= to) return answer(false);
    if (bytes[at] !== quote) return answer(true);
    const keyEnd = bytes.indexOf(quote, at + 1);
    if (keyEnd < 0 || keyEnd >= to) return answer(false);
    const key = bytes.toString("utf8", at + 1, keyEnd);
    const separator = afterBlanks(bytes, keyEnd + 1, to, false);
    const value = afterBlanks(bytes, separator + 1, to, false);
    if (value >= to) return answer(false);
    if (bytes[separator] !== colon) return answer(true);

    const holds = contentOf(bytes, value, to);
    if (holds === "unknown") return answer(false);
    candidates = candidates.filter(
      (envelope) =>
        key.startsWith("@") || envelope.companions.includes(key) || (holds !== "other" && envelope.containers.includes(key)),
    );
    if (candidates.length === 0) return { isDecided: true, envelope: null, carried: null };
    const [candidate] = candidates;
    hasContainer ||= candidates.some(({ containers }) => containers.includes(key));

    restart(scan);
    const status = advance(scan, bytes, value, to, false);
    if (status === "more") return answer(false);
    if (status === "damaged") return answer(true);
    if (candidate?.carried?.includes(key) === true) {
      const text = bytes.toString("utf8", value, scan.next);
      if (isScalar(text)) carried.push(`${JSON.stringify(key)}:${text}`);
    }
    at = scan.next;
  }
}

/** Whether the value at `at` can be a container's: an array of objects, an empty one, or null. */
function contentOf(bytes: Buffer, at: number, to: number): "records" | "other" | "unknown" {
  if (bytes.toString("latin1", at, Math.min(at + 4, to)) === "null") return "records";
  if (bytes[at] !== bracketOpen) return "other";
  const first = afterBlanks(bytes, at + 1, to, false);
  if (first >= to) return "unknown";
  return bytes[first] === braceOpen || bytes[first] === bracketClose ? "records" : "other";
}

function isScalar(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return (typeof value === "string" && value.length < 1000) || typeof value === "number" || typeof value === "boolean";
  } catch {
    return false;
  }
}

function afterBlanks(bytes: Buffer, from: number, to: number, commas: boolean): number {
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && !(commas && byte === comma)) break;
  }
  return at;
}

/** True for a line that holds one object, and that object is an envelope. */
export function isEnvelope(line: Buffer, scan: JsonScan): boolean {
  const start = afterBlanks(line, 0, line.length, false);
  return line[start] === braceOpen && outline(line, start, line.length, knownEnvelopes, scan).envelope !== null;
}
