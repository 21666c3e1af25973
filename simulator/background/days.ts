import { hour } from "../calendar.ts";
import type { Device, Estate } from "../estate.ts";
import type { Occurrences } from "../occurrences.ts";
import { randomOf } from "../random.ts";
import { type Site, sitesOf } from "../sites.ts";
import { tellAdministration, tellRollout } from "./days/administrators.ts";
import { tellCloud } from "./days/cloud.ts";
import { runningOn, tellDesk } from "./days/desk.ts";
import { tellLetters, tellPhishingTest } from "./days/letters.ts";
import { tellMachine } from "./days/machines.ts";
import { tellSuspicions } from "./days/suspicions.ts";
import { emptyTale, type Tale } from "./days/tale.ts";
import { tellUpkeep } from "./days/upkeep.ts";
import { tellWeb } from "./days/web.ts";
import { workdaysOf } from "./days/workday.ts";

export interface TellingOptions {
  readonly seed: number;
  /** 1 is a full day; less thins out what is common. */
  readonly busyness: number;
}

/**
 * What happens on a day around these devices, without any attack. Each device and each day is told from the seed alone, so days and
 * devices can be told in any order and in parts: the parts of a day together are the day.
 */
export function tellDay(estate: Estate, devices: readonly Device[], midnight: number, options: TellingOptions): Occurrences {
  const tale = emptyTale();
  const sites = sitesOf(options.seed);
  for (const device of devices) {
    if (device.role === "workstation") tellWorkstation(tale, estate, device, midnight, sites, options);
    else tellMachine(tale, estate, device, midnight, options.seed, options.busyness);
  }
  for (const list of Object.values(tale)) list.sort((a: { time: number }, b: { time: number }) => a.time - b.time);
  return tale;
}

function tellWorkstation(
  tale: Tale,
  estate: Estate,
  device: Device,
  midnight: number,
  sites: readonly Site[],
  { seed, busyness }: TellingOptions,
): void {
  for (const day of workdaysOf(estate, device, midnight, seed, busyness)) {
    const randomFor = (what: string) => randomOf(seed, `${what}/${day.person.account}/${midnight}`);
    const random = randomFor("day");
    const running = runningOn(day, random);
    tellDesk(tale, day, running, random);
    tellWeb(tale, day, running, sites, randomFor("web"));
    tellCloud(tale, day, randomFor("cloud"));
    tellLetters(tale, day, running, randomFor("letters"));
    tellPhishingTest(tale, day, running, seed);
    tellAdministration(tale, day, randomFor("administration"));
    tellSuspicions(tale, day, randomFor("suspicions"));
    tellUpkeep(tale, day, randomFor("upkeep"));
    const rollout = randomFor("rollout");
    if (rollout.chance(0.07)) tellRollout(tale, estate, device, day.from + rollout.between(1, 7) * hour, rollout);
  }
}
