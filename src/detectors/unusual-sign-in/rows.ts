import { z } from "zod";

const number = z.coerce.number();

/** What one person used together: a network, a country, a city, a client, a device; with when and how. Hours are Unix times of their starts. */
export const placeCells = z
  .tuple([
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.coerce.boolean(),
    number,
    z.array(number),
    z.array(z.string()),
    number,
    number,
    number,
    number,
    number,
    z.array(z.string()),
    z.array(z.string()),
    z.array(z.string()),
  ])
  .transform((cells) => ({
    firstTime: cells[0],
    lastTime: cells[1],
    network: cells[2],
    networkName: cells[3],
    country: cells[4],
    city: cells[5],
    client: cells[6],
    device: cells[7],
    isManaged: cells[8],
    eventCount: cells[9],
    hours: cells[10],
    addresses: cells[11],
    /** People who sign in from the least shared of the addresses. */
    addressPeople: cells[12],
    /** Names that only fail from one of the addresses. */
    refusedNames: cells[13],
    withSecondFactor: cells[14],
    withoutSecondFactor: cells[15],
    /** The vendor's own word: 0 none, 1 low, 2 medium, 3 high. */
    risk: cells[16],
    protocols: cells[17],
    applications: cells[18],
    eventUids: cells[19],
  }));
export type Place = z.infer<typeof placeCells>;

export const personRow = z.object({ person: z.string(), places: z.array(placeCells) });
export type PersonRow = z.infer<typeof personRow>;

/** People of the estate who use a value; an empty value stands for all values of one person alone. */
export const estateRow = z.object({ kind: z.string(), value: z.string(), people: number });
export type EstateRow = z.infer<typeof estateRow>;

/** Where and by which client one session was used. */
export const holderCells = z
  .tuple([
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    number,
    number,
    z.array(z.string()),
    z.array(z.string()),
  ])
  .transform((cells) => ({
    firstTime: cells[0],
    lastTime: cells[1],
    network: cells[2],
    country: cells[3],
    client: cells[4],
    userAgent: cells[5],
    address: cells[6],
    addressPeople: cells[7],
    useCount: cells[8],
    applications: cells[9],
    eventUids: cells[10],
  }));
export type Holder = z.infer<typeof holderCells>;

export const sessionRow = z.object({ person: z.string(), session: z.string(), holders: z.array(holderCells) });
export type SessionRow = z.infer<typeof sessionRow>;

export const promptRow = z.object({
  person: z.string(),
  refusals_before: number,
  first_time: z.string(),
  approved_time: z.string(),
  address: z.string(),
  is_prompting_address: z.coerce.boolean(),
  is_known_address: z.coerce.boolean(),
  event_uids: z.array(z.string()),
});
export type PromptRow = z.infer<typeof promptRow>;
