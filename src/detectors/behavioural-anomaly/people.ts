import { z } from "zod";
import { type Matrix, matrixFromRows } from "../../ml/matrix.ts";
import { median } from "../../stats/median.ts";

/** How one person signed in over the window. */
export const personRow = z.object({
  person: z.string(),
  successful_login_count: z.coerce.number(),
  failed_login_count: z.coerce.number(),
  country_count: z.coerce.number(),
  ip_count: z.coerce.number(),
  application_count: z.coerce.number(),
  hour_sine: z.coerce.number(),
  hour_cosine: z.coerce.number(),
  countries: z.array(z.string().nullable()),
  addresses: z.array(z.string().nullable()),
  first_time: z.string(),
  last_time: z.string(),
  events: z.coerce.number(),
  active_days: z.coerce.number(),
  usual_successes: z.coerce.number(),
  usual_failures: z.coerce.number(),
  usual_ips: z.coerce.number(),
  usual_applications: z.coerce.number(),
  worst_failures: z.coerce.number(),
});
export type PersonRow = z.infer<typeof personRow>;

/** A feature of the model: its value for a person, and how a reader sees it. */
export interface Feature {
  readonly name: string;
  readonly unit: string;
  /** null: unknown, not 0. */
  readonly valueOf: (row: PersonRow) => number | null;
  readonly show: (value: number) => string;
  /** What is usual for this person on a day; null where a day cannot be compared. */
  readonly own: (row: PersonRow) => string | null;
}

const count = (value: number): string => `${Math.round(value)}`;

/** The six features of the notebook, in its order. */
export const features: readonly Feature[] = [
  { name: "login_hour", unit: "hour of day, UTC, circular mean of successes", valueOf: meanHour, show: clock, own: () => null },
  {
    name: "login_country_diversity",
    unit: "countries",
    valueOf: (row) => (row.country_count === 0 ? null : row.country_count),
    show: count,
    own: () => null,
  },
  {
    name: "failed_login_count",
    unit: "failures",
    valueOf: (row) => row.failed_login_count,
    show: count,
    own: (row) => `${row.usual_failures} a day, at most ${row.worst_failures}`,
  },
  {
    name: "successful_login_count",
    unit: "successes",
    valueOf: (row) => row.successful_login_count,
    show: count,
    own: (row) => `${row.usual_successes} a day`,
  },
  {
    name: "ip_diversity",
    unit: "addresses",
    valueOf: (row) => (row.ip_count === 0 ? null : row.ip_count),
    show: count,
    own: (row) => `${row.usual_ips} a day`,
  },
  {
    name: "application_diversity",
    unit: "applications",
    valueOf: (row) => (row.application_count === 0 ? null : row.application_count),
    show: count,
    own: (row) => `${row.usual_applications} a day`,
  },
];

/** The hour around which a person's successful sign-ins lie, 0 to 24; null when they are spread so evenly that there is none. */
export function meanHour({ hour_sine: sine, hour_cosine: cosine, successful_login_count: successes }: PersonRow): number | null {
  if (successes === 0 || Math.hypot(sine, cosine) / successes < 0.05) return null;
  return (((Math.atan2(sine, cosine) * 12) / Math.PI + 24) % 24) + 0;
}

function clock(hour: number): string {
  const minutes = Math.round(hour * 60) % 1440;
  return `around ${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")} UTC`;
}

/** One row a person, one column a feature; NaN is unknown. */
export function matrixOf(people: readonly PersonRow[]): Matrix {
  return matrixFromRows(
    people.map((row) => features.map((feature) => feature.valueOf(row))),
    features.length,
  );
}

/** The median of every feature over all people: the peers' usual. NaN where nobody has a value. */
export function peerMedians(matrix: Matrix): number[] {
  return features.map((_, column) =>
    median(Array.from({ length: matrix.rows }, (__, row) => matrix.values[row * matrix.columns + column] ?? Number.NaN)),
  );
}
