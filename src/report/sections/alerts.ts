import { isAlert } from "../../findings/severity.ts";
import type { Finding, Story } from "../../types.ts";
import type { Context } from "../context.ts";

/** Stories High or above, in the order of the report. */
export function alertStories({ stories }: Context): { readonly story: Story; readonly index: number }[] {
  return stories.map((story, index) => ({ story, index })).filter(({ story }) => isAlert(story.severity));
}

/** Findings of ours at the alert line that no such story tells. */
export function alertFindings(context: Context): Finding[] {
  const told = new Set(alertStories(context).flatMap(({ story }) => story.steps.map(({ findingUid }) => findingUid)));
  return context.ranked.filter(
    ({ uid, isVendorAlert, severity, suppression }) =>
      !isVendorAlert && suppression === undefined && isAlert(severity) && !told.has(uid),
  );
}
