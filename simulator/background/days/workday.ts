import { day, hour, minute } from "../../calendar.ts";
import type { Device, Estate, Person, Place } from "../../estate.ts";
import { destinations } from "../../places.ts";
import { randomOf } from "../../random.ts";

/** From where somebody works on a day, as the outside sees it. */
export interface Whereabouts {
  readonly kind: "office" | "home" | "travel";
  readonly place: Place;
  readonly address: string;
}

/** One person's day at one device. */
export interface Workday {
  readonly estate: Estate;
  readonly seed: number;
  readonly person: Person;
  readonly device: Device;
  readonly midnight: number;
  readonly from: number;
  readonly to: number;
  readonly where: Whereabouts;
  readonly habits: Habits;
  /** How much is told of the day: 1 is a full day; less thins out the traffic of browsers and programs, not what matters. */
  readonly busyness: number;
}

/** What stays the same about somebody. */
export interface Habits {
  /** When they begin, in hours of the clock on their wall. */
  readonly begins: number;
  readonly works: number;
  /** Share of the days at home. */
  readonly atHome: number;
  readonly usesTunnel: boolean;
  readonly phone: "Ios 18.1" | "Android 15";
  readonly mailsOften: number;
  readonly tidiesMail: boolean;
  readonly forgets: number;
}

export function habitsOf(person: Person, seed: number): Habits {
  const random = randomOf(seed, `habits/${person.account}`);
  return {
    begins: person.department === "operations" ? random.normal(7.2, 0.5) : random.normal(8.6, 0.7),
    works: random.normal(8.5, 0.5),
    atHome: person.department === "operations" ? 0.05 : random.pick([0, 0.2, 0.4, 0.4, 0.6]),
    usesTunnel: random.chance(0.25),
    phone: random.pick(["Ios 18.1", "Android 15"]),
    mailsOften: random.logNormal(1, 0.5),
    tidiesMail: random.chance(0.2),
    forgets: random.chance(0.06) ? 0.25 : 0.02,
  };
}

/** The days that people spend at a device; none on a day off. A shared desk has one person after the other. */
export function workdaysOf(estate: Estate, device: Device, midnight: number, seed: number, busyness: number): Workday[] {
  if (device.users.length === 1) {
    const [person] = device.users;
    return person === undefined
      ? []
      : [workdayOf(estate, device, person, midnight, seed, busyness)].filter((each) => each !== null);
  }
  const random = randomOf(seed, `shift/${device.hostname}/${midnight}`);
  const shift = random.shuffle(device.users).slice(0, 3);
  return shift.flatMap((person, turn) => {
    const told = workdayOf(estate, device, person, midnight, seed, busyness);
    if (told === null) return [];
    const from = midnight + (5.5 + turn * 5.5 - person.office.hoursFromUtc) * hour + random.between(0, 8) * minute;
    const where = { kind: "office", place: person.office.place, address: person.office.egressAddress } as const;
    return [{ ...told, from, to: from + 5.2 * hour, where }];
  });
}

function workdayOf(
  estate: Estate,
  device: Device,
  person: Person,
  midnight: number,
  seed: number,
  busyness: number,
): Workday | null {
  if (isOff(person, midnight, seed)) return null;
  const random = randomOf(seed, `workday/${person.account}/${midnight}`);
  const habits = habitsOf(person, seed);
  const from = midnight + (habits.begins + random.normal(0, 0.3) - person.office.hoursFromUtc) * hour;
  const trip = tripOf(person, midnight, seed);
  const isAtHome = random.chance(habits.atHome);
  const where: Whereabouts =
    trip ??
    (isAtHome
      ? { kind: "home", place: person.office.place, address: person.homeAddress }
      : { kind: "office", place: person.office.place, address: person.office.egressAddress });
  return {
    estate,
    seed,
    person,
    device,
    midnight,
    from,
    to: from + random.normal(habits.works, 0.4) * hour,
    where,
    habits,
    busyness,
  };
}

/** Weekends, days off and weeks of holiday; one in nine of operations also works on a Saturday. */
function isOff(person: Person, midnight: number, seed: number): boolean {
  const weekday = new Date(midnight).getUTCDay();
  const random = randomOf(seed, `off/${person.account}/${midnight}`);
  if (weekday === 0) return true;
  if (weekday === 6) return !(person.department === "operations" && random.chance(0.11));
  const week = Math.floor((midnight / day + 3) / 7);
  return randomOf(seed, `holiday/${person.account}/${week}`).chance(0.07) || random.chance(0.05);
}

/** Two to four days of a week in another country: one in fifteen of sales, few of the others. */
function tripOf(person: Person, midnight: number, seed: number): Whereabouts | null {
  const week = Math.floor((midnight / day + 3) / 7);
  const random = randomOf(seed, `trip/${person.account}/${week}`);
  if (!random.chance(person.department === "sales" ? 0.065 : 0.012)) return null;
  const begins = random.integer(0, 2);
  const weekday = new Date(midnight).getUTCDay() - 1;
  if (weekday < begins || weekday >= begins + random.integer(2, 4)) return null;
  return { kind: "travel", ...random.pick(destinations.filter(({ place }) => place.country !== person.office.place.country)) };
}
