import { actions, actionsFor } from "../../findings/actions.ts";
import type { Story } from "../../types.ts";
import { type Context, limits } from "../context.ts";
import type { Block, Inline, Line } from "../document.ts";
import { counted, points } from "../words.ts";
import { alertFindings, alertStories } from "./alerts.ts";

/** At most five steps of the closed catalogue, each with the stories or finding that ask for it. */
export function todayBlock(context: Context): Block {
  const items = [...storySteps(context), ...findingSteps(context)].slice(0, limits.actions);
  return items.length === 0
    ? { kind: "paragraph", line: ["Nothing that cannot wait: no story and no finding is High or above."] }
    : { kind: "list", isOrdered: true, items };
}

// What a story recommends is printed on this page only if it is word for word in the catalogue.
const catalogue: ReadonlySet<string> = new Set(actions.map(({ text }) => text));

/** In turns, so that no serious story goes without: the first action of each, then the second of each. */
function storySteps(context: Context): Line[] {
  const serious = alertStories(context).slice(0, limits.stories);
  const askedBy = new Map<string, { readonly story: Story; readonly index: number }[]>();
  const longest = Math.max(0, ...serious.map(({ story }) => story.actions.length));
  for (let turn = 0; turn < longest; turn += 1)
    for (const one of serious) {
      const text = one.story.actions[turn];
      if (text !== undefined && catalogue.has(text)) askedBy.set(text, [...(askedBy.get(text) ?? []), one]);
    }
  return [...askedBy].map(([text, askers]) => {
    const asking = askers.toSorted((a, b) => a.index - b.index);
    const left = asking.length - Math.min(asking.length, 4);
    return [
      `${text} For `,
      ...asking
        .slice(0, 4)
        .flatMap(({ story, index }, place): Inline[] => [
          place === 0 ? "" : ", ",
          context.storyReference(index),
          { kind: "quiet", text: leadOf(story, context) },
        ]),
      left > 0 ? ` and ${counted(left, "more story", "more stories")}.` : ".",
    ];
  });
}

/** Whom a story is about: its first account and its first device, in brackets. */
function leadOf({ entities }: Story, { prose }: Context): string {
  const lead = (["user", "device"] as const).flatMap((wanted) => entities.find(({ kind }) => kind === wanted)?.value ?? []);
  return lead.length === 0 ? "" : prose(` (${lead.join(", ")})`, limits.valueLength);
}

function findingSteps(context: Context): Line[] {
  return alertFindings(context).flatMap((finding) =>
    actionsFor(
      {
        detectors: [finding.detector],
        techniques: finding.attacks.map(({ technique, subTechnique }) => (subTechnique ?? technique).uid),
        tactics: finding.attacks.map(({ tactic }) => tactic.uid),
        severity: finding.severity,
        namesDevice: finding.observables.some(({ name }) => name === "device.hostname" || name === "src_endpoint.hostname"),
      },
      { limit: 1 },
    ).map(
      (action): Line => [
        `${action.text} For `,
        context.reference(finding.uid),
        { kind: "quiet", text: `: ${points(finding.score)}.` },
      ],
    ),
  );
}
