import { z } from "zod";
import { type Matrix, matrixFromRows } from "../../ml/matrix.ts";
import { median } from "../../stats/median.ts";

const count = z.coerce.number();

/** How one person signed in over the window, and on the days of it. */
export const personRow = z.object({
  person: z.string(),
  successful_login_count: count,
  failed_login_count: count,
  country_count: count,
  ip_count: count,
  application_count: count,
  hour_sine: count,
  hour_cosine: count,
  countries: z.array(z.string().nullable()),
  addresses: z.array(z.string().nullable()),
  first_time: z.string(),
  last_time: z.string(),
  events: count,
  active_days: count,
  usual_successes: count,
  usual_failures: count,
  usual_ips: count,
  usual_applications: count,
  most_successes: count,
  most_failures: count,
  most_ips: count,
  most_applications: count,
  /** How far the mean hour of a day lies before and after that of all days, in hours. */
  earliest_shift: count,
  latest_shift: count,
  /** Countries with the days on which they were seen, most days first. */
  country_days: z.array(z.tuple([z.string(), count])),
  /** As the directory says; null where it says nothing or different things. */
  department: z.string().nullable(),
});
export type PersonRow = z.infer<typeof personRow>;

/** A feature of the model: its value for a person, and how a reader sees it. */
export interface Feature {
  readonly name: string;
  readonly unit: string;
  /** null: unknown, not 0. */
  readonly valueOf: (row: PersonRow) => number | null;
  readonly show: (value: number) => string;
  /** What is usual for this person on a day of their own. */
  readonly own: (row: PersonRow) => string;
  /** True when no day of this person differs much from the others: the value is high, but it is so every day. */
  readonly isEveryDay: (row: PersonRow) => boolean;
}

// Fewer days than this do not show what is usual for somebody.
const leastDays = 4;
// A day with twice the usual is within what days differ by anyway.
const usualFactor = 2;
// The mean hour of a day moves by this many hours with meetings and late starts.
const usualShift = 2;
// A country of so many days is a place where somebody is, not a sign-in from elsewhere.
const usualCountryDays = 3;

const whole = (value: number): string => `${Math.round(value)}`;
const isSteady = (row: PersonRow, usual: number, most: number): boolean =>
  row.active_days >= leastDays && most <= usualFactor * Math.max(1, usual);

function perDay(row: PersonRow, usual: number, most: number): string {
  return row.active_days === 1 ? `${whole(most)} on the only day` : `${whole(usual)} a day, at most ${whole(most)}`;
}

/** The six features of the notebook, in its order. */
export const features: readonly Feature[] = [
  {
    name: "login_hour",
    unit: "hour of day, UTC, circular mean of successes",
    valueOf: meanHour,
    show: clock,
    own: ownHours,
    isEveryDay: (row) => row.active_days >= leastDays && row.earliest_shift >= -usualShift && row.latest_shift <= usualShift,
  },
  {
    name: "login_country_diversity",
    unit: "countries",
    valueOf: (row) => (row.country_count === 0 ? null : row.country_count),
    show: whole,
    own: ownCountries,
    isEveryDay: (row) => row.country_days.length > 0 && row.country_days.every(([, days]) => days >= usualCountryDays),
  },
  {
    name: "failed_login_count",
    unit: "failures",
    valueOf: (row) => row.failed_login_count,
    show: whole,
    own: (row) => perDay(row, row.usual_failures, row.most_failures),
    isEveryDay: (row) => isSteady(row, row.usual_failures, row.most_failures),
  },
  {
    name: "successful_login_count",
    unit: "successes",
    valueOf: (row) => row.successful_login_count,
    show: whole,
    own: (row) => perDay(row, row.usual_successes, row.most_successes),
    isEveryDay: (row) => isSteady(row, row.usual_successes, row.most_successes),
  },
  {
    name: "ip_diversity",
    unit: "addresses",
    valueOf: (row) => (row.ip_count === 0 ? null : row.ip_count),
    show: whole,
    own: (row) => perDay(row, row.usual_ips, row.most_ips),
    isEveryDay: (row) => isSteady(row, row.usual_ips, row.most_ips),
  },
  {
    name: "application_diversity",
    unit: "applications",
    valueOf: (row) => (row.application_count === 0 ? null : row.application_count),
    show: whole,
    own: (row) => perDay(row, row.usual_applications, row.most_applications),
    isEveryDay: (row) => isSteady(row, row.usual_applications, row.most_applications),
  },
];

/** The hour around which a person's successful sign-ins lie, 0 to 24; null when they are spread so evenly that there is none. */
export function meanHour({ hour_sine: sine, hour_cosine: cosine, successful_login_count: successes }: PersonRow): number | null {
  if (successes === 0 || Math.hypot(sine, cosine) / successes < 0.05) return null;
  return (((Math.atan2(sine, cosine) * 12) / Math.PI + 24) % 24) + 0;
}

function ownHours(row: PersonRow): string {
  const hour = meanHour(row);
  if (hour === null) return "spread round the clock";
  if (row.active_days === 1) return `${time(hour)} UTC on the only day`;
  return `${time(hour + row.earliest_shift)} to ${time(hour + row.latest_shift)} UTC by day`;
}

function ownCountries(row: PersonRow): string {
  if (row.country_days.length === 0) return "unknown";
  return row.country_days
    .slice(0, 3)
    .map(([country, days], position) => `${country} on ${days}${position === 0 ? ` of ${row.active_days} days` : ""}`)
    .join(", ");
}

function clock(hour: number): string {
  return `around ${time(hour)} UTC`;
}

/** "08:05" of 8.09; any number of hours, round the clock. */
function time(hour: number): string {
  const minutes = ((Math.round(hour * 60) % 1440) + 1440) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** One row a person, one column a feature; NaN is unknown. */
export function matrixOf(people: readonly PersonRow[]): Matrix {
  return matrixFromRows(
    people.map((row) => features.map((feature) => feature.valueOf(row))),
    features.length,
  );
}

/** The median of every feature over some rows of the matrix (all when not named). NaN where nobody has a value. */
export function medianFeatures(matrix: Matrix, rows: readonly number[] = [...Array(matrix.rows).keys()]): number[] {
  return features.map((_, column) => median(rows.map((row) => matrix.values[row * matrix.columns + column] ?? Number.NaN)));
}
