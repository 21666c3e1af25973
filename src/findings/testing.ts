import type { AttackTag, Finding, FindingDraft, Observable, ObservableName } from "../types.ts";
import type { AttackLookup, DetectorIdentity } from "./number.ts";
import { toFinding } from "./number.ts";

// Builders that the tests of this folder share.

const tactics: Readonly<Record<string, { uid: string; name: string }>> = {
  T1566: { uid: "TA0001", name: "Initial Access" },
  T1078: { uid: "TA0001", name: "Initial Access" },
  T1059: { uid: "TA0002", name: "Execution" },
  T1110: { uid: "TA0006", name: "Credential Access" },
  T1021: { uid: "TA0008", name: "Lateral Movement" },
  T1071: { uid: "TA0011", name: "Command and Control" },
  T1048: { uid: "TA0010", name: "Exfiltration" },
  T1486: { uid: "TA0040", name: "Impact" },
};

/** A small stand-in for src/attack. */
export const attack: AttackLookup = {
  tags: (ids) =>
    ids.map((id): AttackTag => {
      const [parent = id] = id.split(".");
      return {
        tactic: tactics[parent] ?? { uid: "TA0007", name: "Discovery" },
        technique: { uid: parent, name: `Technique ${parent}` },
        subTechnique: id === parent ? null : { uid: id, name: `Technique ${id}` },
        version: "19.0",
      };
    }),
};

/** A detector as far as its findings show it. */
export function detectorNamed(id: string): DetectorIdentity {
  return { id, name: id, version: "1.0.0", analyticType: "Behavioral" };
}

/** A draft with sensible values for all that is not given. */
export function draftOf(given: Partial<FindingDraft> = {}): FindingDraft {
  const score = given.score ?? 75;
  return {
    keys: { src: "10.0.0.12" },
    title: "ws-12 calls 203.0.113.9 every 60 s",
    description: "Steady calls.",
    score,
    confidence: 80,
    reasons: [{ feature: "interval", observed: "every 60.0 s", baseline: null, peers: null, contribution: score }],
    benign: "An update service calls as steadily.",
    blindSpots: ["The content is encrypted."],
    firstSeen: "2026-11-02 10:00:00.000000",
    lastSeen: "2026-11-02 11:00:00.000000",
    techniques: ["T1071.001"],
    observables: [{ name: "src_endpoint.ip", value: "10.0.0.12" }],
    evidence: { src: "10.0.0.12" },
    rowCount: 60,
    ...given,
  };
}

/** A finding by its detector, score, hour (of 2 November 2026) and observables, written "device.hostname=ws-12". */
export function findingOf(
  detector: string,
  score: number,
  hour: number,
  observables: readonly string[],
  given: Partial<FindingDraft> = {},
): Finding {
  const day = String(2 + Math.floor(hour / 24)).padStart(2, "0");
  const time = `2026-11-${day} ${String(Math.floor(hour % 24)).padStart(2, "0")}:${String(Math.round((hour % 1) * 60)).padStart(2, "0")}:00.000000`;
  return toFinding(
    draftOf({
      keys: { hour, observables: observables.join(" ") },
      title: `${detector} at ${hour}`,
      score,
      firstSeen: time,
      lastSeen: time,
      observables: observables.map(observableOf),
      ...given,
    }),
    detectorNamed(detector),
    attack,
  );
}

function observableOf(text: string): Observable {
  const place = text.indexOf("=");
  // The tests write names that exist; a wrong one shows at once in what is compared.
  return { name: text.slice(0, place) as ObservableName, value: text.slice(place + 1) };
}

/** The list in a random order that the seed decides. */
export function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  let state = seed >>> 0;
  const random = () => {
    // Mulberry32: small, seeded, good enough to shuffle.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
