import { characterEntropy } from "../../stats/character-entropy.ts";
import type { Reason } from "../../types.ts";
import type { ContactRow, DomainRow } from "./questions.ts";
import { ramp } from "./ramp.ts";

/** What is known around a host's lookups below a domain. */
export interface Around {
  /** Why many names below this domain are ordinary; null where nothing says so. */
  readonly ordinary: string | null;
  /** Addresses that answers gave, and how many of them the host called; null without connection records. */
  readonly contacts: Pick<ContactRow, "addresses" | "called"> | null;
  /** Hosts of the estate that ask the name service at all. */
  readonly clients: number;
}

/** Points for lookups that look like a tunnel, and for how sure that is. */
export interface Judgement {
  readonly score: number;
  readonly confidence: number;
  readonly reasons: readonly Reason[];
}

// Types that ordinary clients hardly ever ask for, and that hold more than an address. NULL and private types have no other use.
const spaciousTypes: ReadonlySet<string> = new Set(["TXT", "CNAME", "MX", "SRV", "KEY", "DNSKEY", "NAPTR"]);
const deadTypes = /^(NULL|PRIVATE|TYPE\d+|65\d{3}|\d+)$/;
// Below so many hosts it cannot be said what is rare among them.
const fewestClients = 10;

/**
 * How much lookups of many different names below one domain look like a tunnel: number of names 0..32, bytes they could carry 0..14,
 * disorder of their characters 0..12 and length 0..8, bytes that no host name has 0..10, record types 0..20, never asked twice 0..5,
 * pace 0..6, size of the answers 0..6, against: ordinary zones -60, answers as block lists give them -30, addresses that are called
 * 10..-30, names that many hosts ask for 4..-30. Kept within 0 and 100.
 */
export function judge(row: DomainRow, around: Around): Judgement {
  const reasons = [...nameReasons(row), ...typeReasons(row), ...paceReasons(row), ...contextReasons(row, around)].filter(
    (reason) => reason.contribution !== 0,
  );
  const total = reasons.reduce((sum, reason) => sum + reason.contribution, 0);
  return { score: Math.min(100, Math.max(0, total)), confidence: confidenceOf(row, around), reasons };
}

function reason(
  feature: string,
  points: number,
  observed: string,
  baseline: string | null = null,
  peers: string | null = null,
): Reason {
  return { feature, observed, baseline, peers, contribution: Math.round(points * 1000) / 1000 };
}

function nameReasons(row: DomainRow): Reason[] {
  const disorder = disorderOf(row.sample);
  const digits = digitShareOf(row.sample);
  const middle = row.length_quartiles[1] ?? 0;
  return [
    // RITA v5 begins at 100 names below a domain and is sure at 1,000 in a day; a short capture holds fewer.
    reason(
      "different names",
      32 * ramp(Math.log10(row.names), Math.log10(20), Math.log10(500)),
      `${row.names} names below ${row.domain}`,
    ),
    reason(
      "room for data",
      14 * ramp(Math.log10(Math.max(1, row.payload_bytes)), 2.7, 4.5),
      `${row.payload_bytes} bytes in the names`,
    ),
    reason(
      "disorder of the names",
      12 * Math.max(ramp(disorder, 3.7, 4.7), ramp(digits, 0.2, 0.45)),
      `${disorder.toFixed(1)} bits a character, ${Math.round(100 * digits)} % digits`,
      "words have about 4.1 bits and hardly a digit; hexadecimal has 62 % digits, base32 up to 5 bits, bytes up to 8",
    ),
    reason(
      "length of the names",
      8 * ramp(Math.max(row.label_length, middle / 2), 12, 40),
      `half of them hold ${Math.round(middle)} characters or more, longest label ${Math.round(row.label_length)}`,
    ),
    reason("bytes that no host name has", 10 * ramp(row.odd_names / row.names, 0.02, 0.1), `${row.odd_names} of the names`),
    reason(
      "never asked twice",
      5 * ramp(row.names / Math.max(1, row.queries), 0.5, 0.9),
      `${row.names} names in ${row.queries} lookups`,
    ),
  ];
}

function typeReasons(row: DomainRow): Reason[] {
  const total = Math.max(
    1,
    row.types.reduce((sum, [, count]) => sum + count, 0),
  );
  const share = (test: (type: string) => boolean): number =>
    row.types.filter(([type]) => test(type)).reduce((sum, [, count]) => sum + count, 0) / total;
  const shown = row.types
    .toSorted((one, other) => other[1] - one[1])
    .slice(0, 4)
    .map(([type, count]) => `${type === "" ? "unknown" : type} ${count}`)
    .join(", ");
  const points =
    20 *
      ramp(
        share((type) => deadTypes.test(type)),
        0.05,
        0.3,
      ) +
    14 *
      ramp(
        share((type) => spaciousTypes.has(type)),
        0.15,
        0.7,
      );
  return [
    reason("record types", Math.min(20, points), shown, "clients ask for A, AAAA and HTTPS"),
    reason(
      "size of the answers",
      row.answered === 0 ? 0 : 6 * ramp(row.answer_bytes / row.answered, 60, 160),
      row.answered === 0 ? "" : `${Math.round(row.answer_bytes / row.answered)} bytes an answer`,
    ),
  ];
}

function paceReasons(row: DomainRow): Reason[] {
  return [
    reason("pace", 6 * ramp(Math.log10(row.busiest_minute), 1, 2.2), `${row.busiest_minute} new names in the busiest minute`),
  ];
}

function contextReasons(row: DomainRow, { ordinary, contacts, clients }: Around): Reason[] {
  const reasons: Reason[] = [];
  if (ordinary !== null) reasons.push(reason("ordinary zone", -60, `many names are ordinary below ${row.domain}: ${ordinary}`));
  if (row.answered > 0 && row.listed >= 0.5 * row.answered)
    reasons.push(reason("answers of a list", -30, "most answers lie in 127.0.0.0/8, as lists answer"));
  if (contacts !== null) {
    const share = contacts.addresses === 0 ? 0 : contacts.called / contacts.addresses;
    reasons.push(
      reason(
        "answers that are used",
        10 - 40 * ramp(share, 0.05, 0.5),
        `${contacts.called} of ${contacts.addresses} addresses in the answers were called`,
      ),
    );
  }
  if (clients >= fewestClients && row.clients !== null)
    reasons.push(
      reason(
        "who else asks",
        row.clients === 1 ? 4 : -30 * ramp(row.clients / clients, 0.02, 0.25),
        `${row.clients} of ${clients} hosts ask for names of this domain`,
      ),
    );
  return reasons;
}

function confidenceOf(row: DomainRow, { contacts, clients }: Around): number {
  return (
    35 +
    25 * ramp(Math.log10(row.names), 1.3, 3) +
    (row.responses > 0 ? 10 : 0) +
    (contacts === null ? 0 : 15) +
    (clients >= fewestClients ? 10 : 0)
  );
}

/** Mean entropy of the names' characters, all names taken together, in bits a character; dots left out. */
export function disorderOf(names: readonly string[]): number {
  return characterEntropy(names.join("").replaceAll(".", ""));
}

/** Share of digits among the names' letters and digits. */
export function digitShareOf(names: readonly string[]): number {
  const text = names.join("").replace(/[^a-z0-9]/gi, "");
  return text === "" ? 0 : text.replace(/\D/g, "").length / text.length;
}
