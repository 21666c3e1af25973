import { SpoorError } from "../errors.ts";
import type { Finding } from "../types.ts";
import type { NotebookCase } from "./notebook-case.ts";
import { type NotebookHunt, type NotebookHypothesis, notebookHunt, notebookHypothesis } from "./results.ts";

/** Hypotheses by priority. Given results of detectors, only those that rest on one of them, and those about what nobody asked yet. */
export async function hypothesesOf(
  notebook: NotebookCase,
  findings: Readonly<Record<string, readonly { readonly finding: Finding }[]>> | undefined,
): Promise<NotebookHypothesis[]> {
  const { hypotheses } = await notebook.outcome();
  const given =
    findings === undefined ? null : new Set(Object.values(findings).flatMap((list) => list.map(({ finding }) => finding.uid)));
  return hypotheses
    .filter(({ findingUids }) => given === null || findingUids.length === 0 || findingUids.some((uid) => given.has(uid)))
    .map(notebookHypothesis);
}

/** What the hunts of a hypothesis gave. Rejects as not-found for a hypothesis of another run. */
export async function huntOf(notebook: NotebookCase, hypothesisId: string): Promise<NotebookHunt> {
  const { hypotheses, hunts } = await notebook.outcome();
  const hypothesis = hypotheses.find(({ id }) => id === hypothesisId);
  if (hypothesis === undefined)
    throw new SpoorError("not-found", `there is no hypothesis ${hypothesisId} in this run`, {
      hint: "generateHuntingHypotheses() gives those of this run.",
    });
  return notebookHunt(
    hunts.filter((hunt) => hunt.hypothesisId === hypothesisId),
    hypothesis,
  );
}
