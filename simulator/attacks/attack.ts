import type { Account, Device, Person } from "../estate.ts";
import { type Occurrences, together } from "../occurrences.ts";
import type { Random } from "../random.ts";
import type { Cast } from "./cast.ts";

/** One step of an attack: what happened, and what is true of it. Everything in `occurrences` was done by the attacker or to the victim. */
export interface ToldStep {
  /** One word or two with hyphens, unique within the attack. */
  readonly name: string;
  readonly text: string;
  readonly techniques: readonly string[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Names of the devices. */
  readonly devices: readonly string[];
  /** Mail addresses of people, names of other accounts. */
  readonly users: readonly string[];
  readonly source: string | null;
  readonly destination: string | null;
  readonly port: number | null;
  readonly domain: string | null;
  readonly occurrences: Occurrences;
}

/** What an attack leaves: its steps in order, and what went on around them that is no step, such as the victim's own work. */
export interface ToldAttack {
  readonly steps: readonly ToldStep[];
  readonly around: Partial<Occurrences>;
}

export interface Attack {
  readonly id: string;
  readonly title: string;
  /** A look-alike has an attack's outward shape and is benign: a finding of it above the alert line is a false one. */
  readonly kind: "attack" | "look-alike";
  readonly techniques: readonly string[];
  /** Tells it with people and devices of the cast; the same cast and random give the same occurrences. */
  tell(cast: Cast, random: Random): ToldAttack;
}

/** Declares an attack. */
export function attack(definition: Omit<Attack, "kind">): Attack {
  return { kind: "attack", ...definition };
}

/** Declares a benign twin of an attack. */
export function lookAlike(definition: Omit<Attack, "kind" | "techniques">): Attack {
  return { kind: "look-alike", techniques: [], ...definition };
}

/** A step that begins with its first occurrence and ends with its last. Throws where it has none. */
export function step(
  name: string,
  text: string,
  told: {
    readonly techniques?: readonly string[];
    readonly devices?: readonly Device[];
    readonly users?: readonly (Person | Account)[];
    readonly source?: string;
    readonly destination?: string;
    readonly port?: number;
    readonly domain?: string;
    readonly occurrences: readonly Partial<Occurrences>[];
  },
): ToldStep {
  const occurrences = together(...told.occurrences);
  const times = Object.values(occurrences).flatMap((kind: Occurrences[keyof Occurrences]) => kind.map(({ time }) => time));
  const [from, to] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (times.length === 0) throw new Error(`nothing happens in the step ${name}`);
  return {
    name,
    text,
    techniques: told.techniques ?? [],
    from,
    to,
    devices: (told.devices ?? []).map(({ hostname }) => hostname),
    users: (told.users ?? []).map((user) => ("mail" in user ? user.mail : user.account)),
    source: told.source ?? null,
    destination: told.destination ?? null,
    port: told.port ?? null,
    domain: told.domain ?? null,
    occurrences,
  };
}
