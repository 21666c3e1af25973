import { hour, type Span } from "../calendar.ts";
import { type Account, adminAccountOf, type Department, type Device, type Estate, type Person, type Place } from "../estate.ts";
import { networkOf } from "../places.ts";
import type { Random } from "../random.ts";
import type { Origin } from "./stage.ts";

/** Somebody at a device on one day. */
export interface AtWork {
  readonly person: Person;
  readonly device: Device;
  readonly midnight: number;
  readonly from: number;
  readonly to: number;
  /** Where the outside sees them. */
  readonly where: { readonly place: Place; readonly address: string };
}

/** Somebody who is struck on one day, at a desk of their own. */
export interface Victim {
  readonly person: Person;
  readonly desk: Device;
  readonly worksFrom: number;
  readonly worksTo: number;
  /** As the outside sees them that day. */
  readonly origin: Origin;
}

/** Who there is to strike, and when. */
export interface Cast {
  readonly estate: Estate;
  readonly span: Span;
  /** Nothing is told from here on, in milliseconds since 1970. */
  readonly end: number;
  /** Midnight of a day on which people work and whose evening is told: 0 for the last, 1 for the one before, and so on as far as told. */
  workday(back: number): number;
  /** Moments of a day by the clock on the wall: `at(midnight, 9.5)` is half past nine. */
  at(midnight: number, clock: number): number;
  /** Somebody at work on that day whom no other attack has struck; at a desk that stays on over night where `staysOn` asks for it. */
  victim(random: Random, wanted: { midnight: number; departments: readonly Department[]; staysOn?: boolean }): Victim;
  /** People beside these, in random order. */
  others(random: Random, besides: readonly Person[]): Person[];
  /** An administrator with the second account that administration is done with. */
  administrator(random: Random): { readonly person: Person; readonly account: Account };
}

/** The cast of a scenario. Victims are taken once, so attacks told from one cast strike different people. */
export function castOf(estate: Estate, span: Span, end: number, atWork: readonly AtWork[]): Cast {
  const struck = new Set<string>();
  const days = new Map<number, { evening: number; people: number }>();
  for (const { midnight, to } of atWork) {
    const { evening, people } = days.get(midnight) ?? { evening: 0, people: 0 };
    days.set(midnight, { evening: Math.max(evening, to), people: people + 1 });
  }
  const most = Math.max(0, ...[...days.values()].map(({ people }) => people));
  // On a Saturday a few are at work; nobody would choose it.
  const workdays = [...days]
    .filter(([, { evening, people }]) => evening < end && people > most / 2)
    .map(([midnight]) => midnight);
  workdays.sort((a, b) => b - a);
  return {
    estate,
    span,
    end,
    workday: (back) => {
      const midnight = workdays[Math.min(back, workdays.length - 1)];
      if (midnight === undefined) throw new Error("no day of work is over before the end: tell more days");
      return midnight;
    },
    at: (midnight, clock) => midnight + (clock - estate.hoursFromUtc) * hour,
    victim: (random, { midnight, departments, staysOn }) => {
      const present = atWork.filter((one) => one.midnight === midnight && one.device.users.length === 1);
      const free = present.filter((one) => !struck.has(one.person.account));
      const fitting = free.filter((one) => departments.includes(one.person.department));
      const lasting = [fitting, free].map((list) => list.filter(({ device }) => device.staysOn));
      const candidates = [...(staysOn === true ? lasting : []), fitting, free].find((list) => list.length > 0);
      if (candidates === undefined) throw new Error("nobody is left to strike: tell fewer attacks or more people");
      const { person, device, from, to, where } = random.pick(candidates);
      struck.add(person.account);
      return { person, desk: device, worksFrom: from, worksTo: to, origin: { ...where, network: networkOf(where.address) } };
    },
    others: (random, besides) => random.shuffle(estate.people.filter((person) => !besides.includes(person))),
    administrator: (random) => {
      const person = random.pick(estate.people.filter(({ department }) => department === "it"));
      return { person, account: adminAccountOf(person) };
    },
  };
}
