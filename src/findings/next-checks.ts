import type { Entity } from "../entities/entity.ts";
import type { AttackTag } from "../types.ts";
import { chainPlace } from "./chain.ts";

/** What a story knows of itself when it asks what to look at next. */
export interface StoryOutline {
  /** In the order of the steps; null where a step has no tags. */
  readonly tactics: readonly (AttackTag["tactic"] | null)[];
  readonly entities: readonly Entity[];
  readonly firstSeen: string;
  readonly lastSeen: string;
}

const initialAccess = "TA0001";
const lateralMovement = "TA0008";
const commandAndControl = "TA0011";
const exfiltration = "TA0010";

type Role = "user" | "device" | "remote";

interface Check {
  readonly applies: (tactics: ReadonlySet<string>) => boolean;
  readonly text: (outline: StoryOutline, named: (role: Role) => string) => string;
}

// In the order in which a hunter would ask: where it came from, what it did, where else, what it took.
const checks: readonly Check[] = [
  {
    applies: (tactics) => [...tactics].every((tactic) => chainPlace(tactic) > chainPlace(initialAccess)),
    text: ({ firstSeen }, named) =>
      `Find the way in: mail, web downloads and sign-ins of ${named("user")} and what ${named("device")} ran, in the 24 hours before ${minute(firstSeen)}.`,
  },
  {
    applies: (tactics) => tactics.has(initialAccess),
    text: (_, named) =>
      `Who else received the same message, visited the same site or signed in from the same address as ${named("user")}?`,
  },
  {
    applies: (tactics) => tactics.has("TA0002") || tactics.has("TA0003") || tactics.has("TA0004"),
    text: (_, named) =>
      `Which process tree did it start from on ${named("device")}, and has any other device run the same file or command line?`,
  },
  {
    applies: (tactics) => tactics.has("TA0006"),
    text: (_, named) => `Where was ${named("user")} used after this, and from which devices that it had not used before?`,
  },
  {
    applies: (tactics) => tactics.has(lateralMovement),
    text: ({ lastSeen }, named) =>
      `What happened on each target within the hour after arrival (new services, jobs, processes), and where did ${named("user")} go after ${minute(lastSeen)}?`,
  },
  {
    applies: (tactics) => tactics.has(commandAndControl),
    text: (_, named) =>
      `Which process on ${named("device")} owns the connection, and which other devices reached ${named("remote")} in all of the history?`,
  },
  {
    applies: (tactics) => tactics.has(exfiltration),
    text: (_, named) =>
      `What did ${named("user")} and ${named("device")} read or pack before the transfer, and whose is the account or server behind ${named("remote")}?`,
  },
  {
    applies: (tactics) => (tactics.has(commandAndControl) || tactics.has(lateralMovement)) && !tactics.has(exfiltration),
    text: (_, named) =>
      `Did more leave than usual: compare the bytes that ${named("device")} sent outside with the weeks before.`,
  },
  {
    applies: (tactics) => tactics.size > 0 && !tactics.has(lateralMovement),
    text: (_, named) =>
      `Did it spread: sign-ins and remote execution from ${named("device")} to other devices in the days after.`,
  },
  {
    applies: () => true,
    text: ({ firstSeen, lastSeen }, named) =>
      `Is there a change, a test or a support case on record for ${named("device")} between ${minute(firstSeen)} and ${minute(lastSeen)}?`,
  },
];

const unnamed: Readonly<Record<Role, string>> = { user: "the account", device: "the device", remote: "the remote address" };

/** Questions that would carry the story on or break it, by what it shows and what is missing from it; at most eight. */
export function nextChecks(outline: StoryOutline): string[] {
  const tactics = new Set(outline.tactics.flatMap((tactic) => tactic?.uid ?? []));
  const isOf = (role: Role, { kind }: Entity) => (role === "remote" ? kind === "domain" || kind === "ip" : kind === role);
  const found = (role: Role) => outline.entities.find((entity) => isOf(role, entity))?.value;
  const user = found("user");
  // A story of sign-ins and mail may name no device: then it is asked about those of the person.
  const fallback = (role: Role) => (role === "device" && user !== undefined ? `the devices of ${user}` : unnamed[role]);
  const named = (role: Role) => found(role) ?? fallback(role);
  return checks
    .filter((check) => check.applies(tactics))
    .map((check) => check.text(outline, named))
    .slice(0, 8);
}

function minute(time: string): string {
  return `${time.slice(0, 16)} UTC`;
}
