import { contextOf } from "./context.ts";
import type { Report } from "./document.ts";
import type { ReportInput } from "./input.ts";
import { attackSection } from "./sections/attack.ts";
import { coverageSection } from "./sections/coverage.ts";
import { findingsSection } from "./sections/findings.ts";
import { firstSection } from "./sections/first.ts";
import { huntsSection } from "./sections/hunts.ts";
import { hypothesesSection } from "./sections/hypotheses.ts";
import { methodSection } from "./sections/method.ts";
import { readSection } from "./sections/read.ts";
import { storiesSection } from "./sections/stories.ts";
import { days, moment, span } from "./words.ts";

/**
 * The report of a run, as data: what to look at first, then the stories and findings with their reasons, what was hunted, what
 * ATT&CK makes of it, and what could not be seen. Bounded, whatever the size of the run. Pure: the same input gives the same report.
 */
export function compose(input: ReportInput): Report {
  const context = contextOf(input);
  const length = days(input.window);
  return {
    title: context.prose(input.run.title ?? "Threat hunt", 120),
    subtitle: [
      `${span(input.window.from, input.window.to)}${length === null ? "" : ` (${length})`}`,
      ...(input.generatedAt === undefined ? [] : [`Written ${moment(input.generatedAt)}`]),
      `Spoor ${context.prose(input.run.versions.spoor ?? "", 40)}`.trim(),
    ],
    sections: [
      firstSection(context),
      storiesSection(context),
      findingsSection(context),
      hypothesesSection(context),
      huntsSection(context),
      attackSection(context),
      coverageSection(context),
      readSection(context),
      methodSection(context),
    ],
  };
}
