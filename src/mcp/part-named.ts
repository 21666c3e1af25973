import { SpoorError } from "../errors.ts";
import { idNamed } from "../report/reading-order.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { Finding, HuntResult, Hypothesis, Story } from "../types.ts";

type Results = Pick<ToolContext, "findings" | "stories" | "hypotheses" | "hunts">;

interface Parts {
  readonly finding: Finding;
  readonly story: Story;
  readonly hypothesis: Hypothesis;
  readonly hunt: HuntResult;
}

const lists: { readonly [Kind in keyof Parts]: (results: Results, id: string) => Parts[Kind][] } = {
  finding: ({ findings }, id) => beginning(findings, idNamed(id, { findings }), ({ uid }) => uid),
  story: ({ stories }, id) => beginning(stories, idNamed(id, { stories }), ({ uid }) => uid),
  hypothesis: ({ hypotheses }, id) => beginning(hypotheses, idNamed(id, { hypotheses }), (hypothesis) => hypothesis.id),
  hunt: ({ hunts }, id) => beginning(hunts, id, (hunt) => hunt.id),
};

/** The part of the last run that an id, the beginning of one or a short name of the report (F3, S1, H2) means. Throws as not-found and as usage error. */
export function partNamed<Kind extends keyof Parts>(kind: Kind, id: string, results: Results): Parts[Kind] {
  const [found, second] = lists[kind](results, id);
  if (found === undefined)
    throw new SpoorError("not-found", `the last run has no ${kind} of that id`, { hint: "The list of its kind gives the ids." });
  if (second !== undefined)
    throw new SpoorError("usage", `that begins the id of more than one ${kind}`, { hint: "Give more of it." });
  return found;
}

/** Those whose id begins so, or the one whose id it is. */
function beginning<Item>(items: readonly Item[], wanted: string, idOf: (item: Item) => string): Item[] {
  const exact = items.find((item) => idOf(item) === wanted);
  return exact === undefined ? items.filter((item) => idOf(item).startsWith(wanted)) : [exact];
}
