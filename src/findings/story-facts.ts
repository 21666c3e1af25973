import { z } from "zod";
import { statement } from "../store/statement.ts";
import type { SqlParameters } from "../store/store.ts";
import type { Finding, Story, Window } from "../types.ts";
import type { World } from "../world.ts";

const stepRow = z.object({ event_uid: z.string(), sensor: z.string(), joins: z.array(z.tuple([z.string(), z.string()])) });
const personRow = z.object({
  person: z.string(),
  account: z.string(),
  full_name: z.string().nullable(),
  title: z.string().nullable(),
  department: z.string().nullable(),
  has_special_rights: z.coerce.boolean(),
});
const removalRow = z.object({ person: z.string(), actor: z.string(), operation: z.string(), last_time: z.string() });

export type PersonFacts = z.infer<typeof personRow>;

/** What the events and the directory say of the steps and people of stories. */
export interface StoryFacts {
  /** By finding uid: the products that told of its events, and keys as [kind, value]. */
  readonly steps: ReadonlyMap<
    string,
    { readonly sensors: readonly string[]; readonly keys: readonly (readonly [string, string])[] }
  >;
  /** By mail address and by account, in lower case. */
  readonly people: ReadonlyMap<string, PersonFacts>;
  readonly removals: readonly z.infer<typeof removalRow>[];
}

// Stories that a reader gets to see, and events of a step that are looked up: the first, and the last.
const toldStories = 60;
const eventsOfStep = 24;

/** Asks the store for the facts of the first stories: bounded by their steps. A failure is a gap, and the stories are told without. */
export async function gatherStoryFacts(
  stories: readonly Story[],
  findings: readonly Finding[],
  window: Window,
  world: Pick<World, "store" | "gaps" | "signal">,
): Promise<StoryFacts> {
  const told = stories.slice(0, toldStories);
  const byUid = new Map(findings.map((finding) => [finding.uid, finding]));
  const steps = [...new Set(told.flatMap((story) => story.steps.map(({ findingUid }) => findingUid)))];
  const eventsOf = new Map(steps.map((uid) => [uid, eventsOfFinding(byUid.get(uid))]));
  const events = [...new Set([...eventsOf.values()].flat())].sort();
  const people = [
    ...new Set(
      told.flatMap(({ entities }) => entities.filter(({ kind }) => kind === "user").map(({ value }) => value.toLowerCase())),
    ),
  ].sort();
  const ask = async <Row extends z.ZodType>(file: string, row: Row, values: SqlParameters): Promise<z.infer<Row>[]> => {
    const sql = await statement(import.meta.url, file);
    return world.store.query(sql, { ...values }, row, { signal: world.signal });
  };
  const bounds = { from: window.from, to: window.to };
  const rows = events.length === 0 ? [] : await ask("step-facts.sql", stepRow, { ...bounds, events });
  const byEvent = new Map(rows.map((row) => [row.event_uid, row]));
  const persons = people.length === 0 ? [] : await ask("people-facts.sql", personRow, { people });
  return {
    steps: new Map(
      [...eventsOf].map(([uid, own]) => {
        const known = own.flatMap((event) => byEvent.get(event) ?? []);
        const keys = new Map(known.flatMap(({ joins }) => joins).map((key) => [JSON.stringify(key), key] as const));
        return [uid, { sensors: [...new Set(known.map(({ sensor }) => sensor))].sort(), keys: [...keys.values()] }];
      }),
    ),
    people: new Map(persons.flatMap((row) => [[row.person, row] as const, [row.account, row] as const])),
    removals: people.length === 0 ? [] : await ask("removals.sql", removalRow, { ...bounds, people }),
  };
}

function eventsOfFinding(finding: Finding | undefined): string[] {
  const all = finding?.evidences.flatMap(({ event_ids }) => event_ids) ?? [];
  return all.length <= eventsOfStep ? all : [...all.slice(0, eventsOfStep / 2), ...all.slice(-eventsOfStep / 2)];
}
