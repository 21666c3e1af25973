import { hour, minute, type Presence, second } from "../calendar.ts";
import { type Estate, type Person, type Place, places } from "../estate.ts";
import type { Occurrences, SignIn } from "../occurrences.ts";
import { type Random, randomOf } from "../random.ts";

export const applications = {
  mail: { name: "Office 365 Exchange Online", id: "00000002-0000-0ff1-ce00-000000000000" },
  chat: { name: "Microsoft Teams", id: "1fec8e78-bce4-4aaf-ab1b-5451cc387264" },
  files: { name: "Office 365 SharePoint Online", id: "00000003-0000-0ff1-ce00-000000000000" },
  drive: { name: "OneDrive SyncEngine", id: "ab9b8c07-8f02-4f72-87fa-80105867a763" },
  portal: { name: "Azure Portal", id: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" },
  customers: { name: "Salesforce", id: "481732f5-fe5b-48c0-8445-d238ab230658" },
  code: { name: "GitHub Enterprise Cloud", id: "4f7f2b5e-6a51-4a0d-9c53-4d0b7c7e0f11" },
} as const;

/** The identity provider's words for the two failures that happen every day. */
export const failures = {
  wrongPassword: { errorCode: 50126, failureReason: "Error validating credentials due to invalid username or password." },
  secondFactor: { errorCode: 50074, failureReason: "Strong Authentication is required." },
} as const;

/** Where and on what somebody works: at the office or at home, some over the company's tunnel (which comes out in another country). */
interface Habits {
  readonly usesTunnel: boolean;
  readonly worksAtHome: number;
  readonly phone: string;
}

/** Everyone signs in to a handful of applications a day. Two travel, some use the tunnel, some mistype. */
export function signIns(estate: Estate, atWork: readonly Presence[], seed: number): Partial<Occurrences> {
  const travellers = travels(estate, atWork, seed);
  return {
    signIns: atWork.flatMap((presence) =>
      presence.device.users.flatMap((person) => {
        const random = randomOf(seed, `sign-ins/${person.account}/${presence.midnight}`);
        const trip = travellers.get(person.account)?.(presence.midnight);
        if (trip === "in the air") return [];
        return dayOf(estate, presence, person, trip ?? null, habitsOf(person, seed), random);
      }),
    ),
  };
}

type Trip = { readonly place: Place; readonly address: string } | "in the air" | undefined;

/** One from sales flies to another continent on the second day; another spends all days in a second country. */
function travels(estate: Estate, atWork: readonly Presence[], seed: number): Map<string, (midnight: number) => Trip> {
  const random = randomOf(seed, "travel");
  const [flying, staying] = random.shuffle(estate.people.filter((person) => person.department === "sales"));
  const first = Math.min(...atWork.map(({ midnight }) => midnight));
  const travellers = new Map<string, (midnight: number) => Trip>();
  if (flying !== undefined) {
    travellers.set(flying.account, (midnight) =>
      midnight === first
        ? undefined
        : midnight - first < 30 * hour
          ? "in the air"
          : { place: places.travel, address: "203.0.113.21" },
    );
  }
  if (staying !== undefined) travellers.set(staying.account, () => ({ place: places.second, address: "203.0.113.140" }));
  return travellers;
}

function habitsOf(person: Person, seed: number): Habits {
  const random = randomOf(seed, `habits/${person.account}`);
  return {
    usesTunnel: random.chance(0.15),
    worksAtHome: random.pick([0, 0, 0.2, 0.4, 0.4]),
    phone: random.pick(["Ios 18", "Android 15"]),
  };
}

function dayOf(
  estate: Estate,
  { device, worksFrom, worksTo }: Presence,
  person: Person,
  trip: { readonly place: Place; readonly address: string } | null,
  habits: Habits,
  random: Random,
): SignIn[] {
  const isAtHome = trip === null && random.chance(habits.worksAtHome);
  const usual = { place: places.office, address: isAtHome ? person.homeAddress : estate.officeAddress };
  const here = trip ?? usual;
  const work = { operatingSystem: "Windows 11", browser: "Edge 142.0.0", device };
  const phone = { operatingSystem: habits.phone, browser: "", device: null };
  const used = [applications.mail, applications.chat, applications.files, ...ownApplications(person)];

  const done: SignIn[] = [];
  const sign = (
    time: number,
    application: SignIn["application"],
    from: { place: Place; address: string },
    client: SignIn["client"],
  ) => {
    const attempt = { person, application, address: from.address, place: from.place, client };
    if (random.chance(0.04)) done.push({ ...attempt, time: time - random.between(8, 30) * second, ...failures.wrongPassword });
    else if (random.chance(0.05))
      done.push({ ...attempt, time: time - random.between(8, 30) * second, ...failures.secondFactor });
    done.push({ ...attempt, time, errorCode: 0, failureReason: null });
  };
  for (const application of used) {
    sign(worksFrom + random.between(0, 25) * minute, application, here, work);
    if (random.chance(0.55)) sign(random.between(worksFrom + hour, worksTo), application, here, work);
  }
  // The tunnel comes out abroad: two countries within the hour, and nobody has moved.
  if (habits.usesTunnel)
    sign(
      worksFrom + random.between(40, 200) * minute,
      applications.files,
      { place: places.vpn, address: estate.vpnAddress },
      work,
    );
  if (random.chance(0.5))
    sign(
      worksTo + random.between(1, 4) * hour,
      applications.mail,
      trip ?? { place: places.office, address: person.homeAddress },
      phone,
    );
  return done;
}

function ownApplications(person: Person): SignIn["application"][] {
  switch (person.department) {
    case "sales":
      return [applications.customers];
    case "engineering":
      return [applications.code];
    case "it":
      return [applications.portal, applications.code];
    default:
      return [applications.drive];
  }
}
