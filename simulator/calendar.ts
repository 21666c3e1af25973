import type { Device, Estate } from "./estate.ts";
import { randomOf } from "./random.ts";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The span that is told: `start` is midnight UTC, as milliseconds since 1970. */
export interface Span {
  readonly start: number;
  readonly days: number;
}

export function midnights(span: Span): number[] {
  return Array.from({ length: span.days }, (_, index) => span.start + index * day);
}

/** When a device was switched on, by day: nothing on a day off; servers, and desks that stay on, the whole day. */
export interface Presence {
  readonly device: Device;
  readonly midnight: number;
  /** When somebody works at it. */
  readonly worksFrom: number;
  readonly worksTo: number;
  readonly isOnFrom: number;
  readonly isOnTo: number;
}

/** Who worked when at which desk. Saturdays and Sundays are off; on other days nine in ten come. */
export function presences(estate: Estate, span: Span, seed: number): Presence[] {
  return estate.workstations.flatMap((device) => {
    const random = randomOf(seed, `presence/${device.hostname}`);
    // Each has habits: early or late, and how far they vary.
    const begins = random.normal(8.4, 0.6);
    return midnights(span).flatMap((midnight) => {
      const length = random.normal(8.6, 0.5);
      const began = begins + random.normal(0, 0.25);
      const isAway = random.chance(0.08);
      const weekday = new Date(midnight).getUTCDay();
      if (isAway || weekday === 0 || weekday === 6) return [];
      const worksFrom = midnight + (began - estate.hoursFromUtc) * hour;
      const worksTo = worksFrom + length * hour;
      return [
        {
          device,
          midnight,
          worksFrom,
          worksTo,
          isOnFrom: device.staysOn ? midnight : worksFrom - 3 * minute,
          isOnTo: device.staysOn ? midnight + day : worksTo + 5 * minute,
        },
      ];
    });
  });
}

/** Times of a program that calls every `period`, give or take a share of it, in a span. */
export function ticks(from: number, to: number, period: number, spread: number, next: () => number): number[] {
  const times: number[] = [];
  for (let time = from + period * next(); time < to; time += period * (1 + spread * (2 * next() - 1))) times.push(time);
  return times;
}
