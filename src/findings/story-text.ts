import type { Entity } from "../entities/entity.ts";
import type { AttackTag } from "../types.ts";
import { byRank } from "./rank.ts";
import { type Step, stepTime } from "./steps.ts";
import { oneLine } from "./text.ts";

// A paragraph tells so many steps, the strongest; the list of steps has them all, with what joins them.
const toldSteps = 4;
const benignReadings = 3;

/** One line for a list: who or what it is about, and from which tactic to which. A story of one step has its finding's title. */
export function storyTitle(steps: readonly Step[], tactics: readonly AttackTag["tactic"][], entities: readonly Entity[]): string {
  const [only, ...others] = steps;
  if (only !== undefined && others.length === 0) return only.participant.finding.title;
  const [first, last] = [tactics[0]?.name, tactics.at(-1)?.name];
  const span = first === undefined ? `${steps.length} findings` : first === last ? first : `From ${first} to ${last}`;
  const about = leads(entities)
    .map(({ value }) => value)
    .join(", ");
  return oneLine(`${span}: ${about === "" ? `${steps.length} findings` : about}`, 200);
}

/** A paragraph: how many findings of how many detectors, about whom, and what weighs most, in the order and with the times of the steps. */
export function storySummary(
  steps: readonly Step[],
  entities: readonly Entity[],
  context: { readonly untold: number; readonly firstSeen: string; readonly lastSeen: string },
): string {
  const findings = steps.map(({ participant }) => participant.finding);
  const detectors = new Set(findings.map(({ detector }) => detector));
  const alerts = findings.filter(({ isVendorAlert }) => isVendorAlert).length;
  const about = leads(entities)
    .map(({ kind, value }) => `${kind === "ip" ? "address" : kind} ${value}`)
    .join(" and ");
  const corroborated =
    alerts > 0 && alerts < findings.length
      ? ` ${counted(alerts, "alert")} of the estate's own products support${alerts === 1 ? "s" : ""} it.`
      : "";
  const opening = `Between ${minute(context.firstSeen)} and ${minute(context.lastSeen)} UTC, ${counted(steps.length + context.untold, "finding")} of ${counted(detectors.size, "detector")} concern${steps.length + context.untold === 1 ? "s" : ""} ${about || "the same event"}.`;
  const strongest = new Set([...findings].sort(byRank).slice(0, toldSteps));
  const told = findings
    .filter((finding) => strongest.has(finding))
    .map((finding) => `${minute(stepTime(finding))}: ${finding.title}`);
  const rest = steps.length - told.length + context.untold;
  const lead = rest > 0 ? "What weighs most: " : "";
  return `${opening}${corroborated} ${lead}${told.join("; ")}${rest > 0 ? `; and ${counted(rest, "further finding")}` : ""}.`;
}

/** The innocent reading: those of the strongest findings of different detectors, and what would have to hold for all of them. */
export function benignReading(steps: readonly Step[], entities: readonly Entity[]): string {
  const ranked = steps.map(({ participant }) => participant.finding).sort(byRank);
  const readings = [...new Map([...ranked].reverse().map((finding) => [finding.detector, finding])).values()]
    .sort(byRank)
    .slice(0, benignReadings);
  const texts = readings.map(({ benign }) => benign.trim()).filter((text) => text !== "");
  if (steps.length < 2 || texts.length === 0) return texts.join(" ");
  const [lead] = leads(entities);
  const together = `For the whole story to be innocent, these would have to hold together${lead === undefined ? "" : ` for ${lead.kind === "ip" ? "address" : lead.kind} ${lead.value}`}, or the steps would have to be unrelated.`;
  return `${texts.join(" ")} ${together}`;
}

/** The person and the device that a story is most about; else the first thing it is about. */
function leads(entities: readonly Entity[]): Entity[] {
  const main = ["user", "device"].flatMap((kind) => entities.find((entity) => entity.kind === kind) ?? []);
  return main.length > 0 ? main : entities.slice(0, 1);
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function minute(time: string): string {
  return time.slice(0, 16);
}
