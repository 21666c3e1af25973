import type { Technique } from "../attack/attack.ts";
import { oneLine } from "../findings/text.ts";
import type { LoadedHunt } from "../hunts/hunt.ts";
import { lacking, observability } from "../hunts/lacking.ts";
import { componentsOf } from "./data-components.ts";
import type { TechniqueRecord } from "./knowledge.ts";
import type { Idea, Situation } from "./situation.ts";

/** Whom a hypothesis is about, for a title: "ws-12 and alice", "everybody". */
export function whom(idea: Pick<Idea, "entities" | "generator">): string {
  if (idea.entities.length === 0) return idea.generator === "spread" ? "others in the estate" : "the whole estate";
  const shown = idea.entities.slice(0, 3).map((entity) => oneLine(entity, 60));
  const list = idea.entities.length > 3 ? `${shown.join(", ")} and ${idea.entities.length - 3} more` : shown.join(", ");
  return idea.generator === "spread" ? `others that met ${list}` : list;
}

/** Title and paragraph: what would be going on, why it was thought of, who is exposed, and where it would show. */
export function describe(
  idea: Idea,
  record: TechniqueRecord,
  { exposures, tables, attack }: Situation,
): { title: string; description: string } {
  const exposed = idea.entities.flatMap((entity) => {
    const exposure = exposures.get(entity);
    return exposure === undefined ? [] : [`${oneLine(entity, 80)} is ${exposure.because}.`];
  });
  const seenIn = record.seenIn.map(({ table, columns, shows }) => `in ${table} (${columns.join(", ")}) ${shows}`);
  const { absent } = componentsOf(attack.technique(idea.technique)?.dataComponents ?? [], tables);
  const blind = absent.length === 0 ? "" : `Not recorded in this window, of what ATT&CK says shows it: ${absent.join(", ")}.`;
  return {
    title: `${record.title}: ${whom(idea)}`,
    description: [record.behaviour, idea.because, ...exposed, `It would show ${seenIn.join("; ")}.`, blind]
      .filter((text) => text !== "")
      .join(" "),
  };
}

/** What to do: the hunts that can be run first, then the hunter's own steps, then the comparison with the findings. */
export function stepsFor(idea: Idea, record: TechniqueRecord, hunts: readonly LoadedHunt[], { tables }: Situation): string[] {
  const able = hunts.filter((hunt) => observability(hunt, tables) > 0);
  const about = idea.entities.length === 0 ? "" : ` for ${whom(idea)}`;
  return [
    ...able.map((hunt) => `Run the hunt "${hunt.title}" (${hunt.id})${about}.`),
    ...record.steps,
    ...(idea.findings.length === 0 ? [] : ["Compare with the findings behind it: the same times, accounts and destinations?"]),
  ];
}

/** Why nothing can be asked, naming what each hunt lacks; null when something can. */
export function untestableBecause(hunts: readonly LoadedHunt[], technique: Technique, { tables }: Situation): string | null {
  if (hunts.length === 0) {
    const { there } = componentsOf(technique.dataComponents, tables);
    return `no hunt of the library tests it${there.length === 0 ? "" : `, though these data are there: ${there.join(", ")}`}`;
  }
  if (hunts.some((hunt) => lacking(hunt, tables).length === 0)) return null;
  return [...new Set(hunts.flatMap((hunt) => lacking(hunt, tables)))].join("; ");
}

/** When to call it supported or refuted: the knowledge's sentence, and the rule by which the hunts are judged. */
export function criteria(record: TechniqueRecord, hunts: readonly LoadedHunt[]): { supportsIf: string; refutedIf: string } {
  const line = Math.min(100, ...hunts.map((hunt) => hunt.supportedFrom));
  const rule = hunts.length === 0 ? "" : ` By rule: a row of ${line} points or more in one of the hunts.`;
  const silence = hunts.length === 0 ? "" : " By rule: no row, and each hunt's tables well covered for these entities and days.";
  return { supportsIf: `${upper(record.supportsIf)}.${rule}`, refutedIf: `${upper(record.refutedIf)}.${silence}` };
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
