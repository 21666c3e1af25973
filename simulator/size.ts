import { tellDay } from "./background/days.ts";
import { day } from "./calendar.ts";
import { estateOf } from "./estate.ts";
import { windowsEvents } from "./formats/windows-derived.ts";
import type { Occurrences } from "./occurrences.ts";
import { eventsOf } from "./vendors.ts";

export interface Size {
  readonly people: number;
  readonly days: number;
  /** How much is told of each day; 1 is a full one. */
  readonly busyness: number;
}

// A sample of desks and servers stands for all.
const sampled = 24;

/**
 * How many people, over how many days, told how fully, make about so many records. A week of full days is aimed at: a small number is
 * told of fewer days first, then of thinner ones; a large one of more people.
 */
export function sizeOf(
  events: number,
  seed: number,
  start: number,
  { people: wanted, days: wantedDays }: { readonly people: number | null; readonly days: number | null },
): Size {
  if (!Number.isInteger(events) || events < 1_000 || events > 1_000_000_000)
    throw new Error(`a simulation has between 1,000 and 1,000,000,000 records, not ${events}`);
  if (wantedDays !== null && (wantedDays < 1 || wantedDays > 92))
    throw new Error(`a simulation has 1 to 92 days, not ${wantedDays}`);
  const full = rateOf(seed, start, wanted ?? 400, 1);
  const weeks = (people: number, days: number) => people * workdaysIn(start, days) * full;
  const people = wanted ?? Math.min(50_000, Math.max(40, Math.round(events / weeks(1, wantedDays ?? 7))));
  const most = wantedDays ?? (wanted === null ? 7 : 92);
  const enough = Array.from({ length: most }, (_, index) => index + 1).find((count) => weeks(people, count) >= events * 0.98);
  if (enough === undefined && weeks(people, most) < events * 0.7)
    throw new Error(`${people} people do not make ${events} records in ${most} days: ask for more people or more days`);
  const span = wantedDays ?? enough ?? most;
  return { people, days: span, busyness: busynessFor(events / (people * workdaysIn(start, span)), full, seed, start, people) };
}

/** Where a day is thinned out, what matters stays, so records fall less than busyness does: found by trying (secant method). */
function busynessFor(target: number, full: number, seed: number, start: number, people: number): number {
  let [known, at] = [full, 1];
  let next = target / full;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const busyness = Math.min(1.25, Math.max(0.02, next));
    const rate = rateOf(seed, start, people, busyness);
    if (Math.abs(rate - target) < target * 0.01 || rate === known) return busyness;
    const slope = (rate - known) / (busyness - at);
    [known, at] = [rate, busyness];
    next = busyness + (target - rate) / slope;
  }
  return Math.min(1.25, Math.max(0.02, next));
}

/** Records for each person on a working day, with what the servers tell. */
function rateOf(seed: number, start: number, people: number, busyness: number): number {
  const estate = estateOf(seed, { people });
  const midnight = nextTuesday(start);
  const told = (devices: typeof estate.workstations) => count(tellDay(estate, devices, midnight, { seed, busyness }));
  const desks = estate.workstations.slice(0, sampled);
  const servers = estate.servers.slice(0, sampled);
  const perDesk = perItem(desks, told);
  const perServer = perItem(servers, told);
  return (perDesk * estate.workstations.length + perServer * estate.servers.length) / people;

  function count(occurrences: Occurrences): number {
    const { falcon, microsoft } = eventsOf(occurrences, estate);
    const { hunting, ...lists } = microsoft;
    const zeek = occurrences.connections.reduce(
      (sum, { dns, http, tls }) =>
        sum + 1 + (dns === undefined ? 0 : 1) + (http === undefined ? 0 : 1) + (tls === undefined ? 0 : 1),
      0,
    );
    const lengths = [...Object.values(falcon), ...Object.values(lists), ...Object.values(hunting)].map(({ length }) => length);
    return zeek + windowsEvents(occurrences, estate).length + occurrences.messages.length + lengths.reduce((a, b) => a + b, 0);
  }
}

function perItem<Item>(items: readonly Item[], told: (items: readonly Item[]) => number): number {
  return items.length === 0 ? 0 : told(items) / items.length;
}

function nextTuesday(start: number): number {
  const weekday = new Date(start).getUTCDay();
  return start + ((9 - weekday) % 7) * day;
}

/** Days of work in a span; what machines and phones tell on the others counts for a tenth. */
function workdaysIn(start: number, days: number): number {
  return Array.from({ length: days }, (_, index) => new Date(start + index * day).getUTCDay()).reduce(
    (sum, weekday) => sum + (weekday === 0 || weekday === 6 ? 0.1 : 1),
    0,
  );
}
