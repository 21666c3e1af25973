import { z } from "zod";
import type { Technique } from "../attack/attack.ts";
import type { Json } from "../reasoner/port.ts";
import type { Tool, ToolContext } from "./tool.ts";

const input = z.strictObject({
  query: z.string().min(1).max(200).describe('an id such as "T1071.004", a tactic, or words of a name'),
});

const mostMatches = 10;

/** Facts of ATT&CK from the data in use, and what this run has on a technique. */
export const attackLookup: Tool<typeof input> = {
  name: "attack_lookup",
  title: "Look up ATT&CK",
  description:
    "Looks up a technique by id (retired ids too), the techniques of a tactic, or techniques whose names have the given words; with tactics, mitigations, what records show it, what the same actors also use, and how many findings of this run show it. An id that is not found does not exist.",
  input,
  async run({ query }, context) {
    const { attack } = context;
    const text = query.trim();
    const exact = attack.technique(text);
    const tactics = attack.tacticsOf(text);
    const matches = exact !== null ? [exact] : named(text, context);
    const inTactic = attack.techniques.filter(
      (technique) => technique.parent === null && technique.tactics.some((each) => tactics.includes(each)),
    );
    const value: Json =
      exact !== null
        ? { attack_version: attack.version, technique: technique(exact, context) }
        : {
            attack_version: attack.version,
            tactics: tactics.map(({ uid, name }) => ({ uid, name })),
            techniques: (matches.length > 0 ? matches : inTactic).slice(0, 40).map(({ uid, name }) => ({ uid, name })),
            ...(matches.length === 0 && tactics.length === 0
              ? { note: "ATT&CK of this version has nothing by that id or name" }
              : {}),
          };
    return { value, eventIds: [], statement: null };
  },
};

function named(text: string, { attack }: ToolContext): Technique[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1);
  if (words.length === 0 || attack.tacticsOf(text).length > 0) return [];
  return attack.techniques.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, mostMatches);
}

function technique(one: Technique, { attack, findings, hypotheses }: ToolContext): Json {
  const tells = findings.filter(({ attacks }) => attacks.some((tag) => (tag.subTechnique ?? tag.technique).uid === one.uid));
  return {
    uid: one.uid,
    name: one.name,
    parent: one.parent === null ? null : { uid: one.parent.uid, name: one.parent.name },
    tactics: one.tactics.map(({ uid, name }) => ({ uid, name })),
    sub_techniques: attack.techniques.filter(({ parent }) => parent?.uid === one.uid).map(({ uid, name }) => ({ uid, name })),
    mitigations: one.mitigations.map(({ uid, name }) => ({ uid, name })),
    recorded_by: one.dataComponents.map(({ name }) => name),
    used_by: one.usage === null ? null : { ...one.usage },
    often_with: attack
      .coOccurring(one.uid)
      .slice(0, 5)
      .map((other) => ({ uid: other.technique.uid, name: other.technique.name, probability: other.probability })),
    findings_of_this_run: tells.length,
    finding_uids: tells.slice(0, 10).map(({ uid }) => uid),
    hypothesis_ids: hypotheses
      .filter(({ techniques }) => techniques.includes(one.uid))
      .slice(0, 10)
      .map(({ id }) => id),
  };
}
