import type { Attack, ToldStep } from "./attacks/attack.ts";
import { type Cast, castOf } from "./attacks/cast.ts";
import { attackOf } from "./attacks/library.ts";
import { workdaysOf } from "./background/days/workday.ts";
import { tellDay } from "./background/days.ts";
import { day, midnights, type Span } from "./calendar.ts";
import { type Estate, estateOf } from "./estate.ts";
import { type Occurrences, together } from "./occurrences.ts";
import { randomOf } from "./random.ts";
import { until } from "./until.ts";

export interface ScenarioOptions {
  readonly seed: number;
  /** Midnight UTC of the first day, in milliseconds since 1970. */
  readonly start: number;
  readonly days: number;
  /** 40 to 50,000. */
  readonly people: number;
  /** Ids of the attacks and look-alikes, in the order in which they choose whom to strike. */
  readonly attacks: readonly string[];
  /** Nothing is told from here on (default: the end of the last day). */
  readonly end?: number;
  /** How much is told of a day that is like others; 1 is everything (default). */
  readonly busyness?: number;
}

/** An attack or a look-alike as it was told, up to the end of the telling. */
export interface Planted {
  readonly attack: Attack;
  readonly steps: readonly ToldStep[];
}

export interface Scenario {
  readonly estate: Estate;
  readonly span: Span;
  readonly end: number;
  /** What happens without any attack; the same whatever is planted. */
  readonly background: Occurrences;
  /** What the planted attacks and look-alikes leave, with what went on around their steps. */
  readonly attack: Occurrences;
  readonly planted: readonly Planted[];
}

/** Days of an estate with attacks in them. The same options give the same scenario, and each attack is told from a seed of its own. */
export function tellScenario(options: ScenarioOptions): Scenario {
  const { seed, people, busyness = 1 } = options;
  const span: Span = { start: options.start, days: options.days };
  const end = options.end ?? span.start + span.days * day;
  const estate = estateOf(seed, { people });
  const devices = [...estate.workstations, ...estate.servers];
  const background = together(...midnights(span).map((midnight) => tellDay(estate, devices, midnight, { seed, busyness })));
  const atWork = midnights(span).flatMap((midnight) =>
    estate.workstations.flatMap((device) => workdaysOf(estate, device, midnight, seed, busyness)),
  );
  const cast = castOf(estate, span, end, atWork);
  return { estate, span, end, background: until(end, background), ...plant(cast, options.attacks, seed) };
}

/** Tells attacks and look-alikes by their ids, in this order, with people and devices of the cast. */
export function plant(cast: Cast, ids: readonly string[], seed: number): Pick<Scenario, "attack" | "planted"> {
  const { end } = cast;
  const told = ids.map(attackOf).map((attack) => ({ attack, ...attack.tell(cast, randomOf(seed, `attack/${attack.id}`)) }));
  return {
    attack: until(
      end,
      together(...told.flatMap(({ steps, around }) => [around, ...steps.map(({ occurrences }) => occurrences)])),
    ),
    planted: told.map(({ attack, steps }) => ({
      attack,
      steps: steps.filter(({ from }) => from < end).map((step) => upTo(end, step)),
    })),
  };
}

function upTo(end: number, step: ToldStep): ToldStep {
  return { ...step, to: Math.min(step.to, end), occurrences: until(end, step.occurrences) };
}
