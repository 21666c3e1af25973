import { type Context, contextOf } from "./context.ts";
import type { Marking, Report, Section } from "./document.ts";
import type { ReportInput } from "./input.ts";
import { withLiveLinks } from "./links.ts";
import { attackSection } from "./sections/attack.ts";
import { changesSection } from "./sections/changes.ts";
import { coverageSection } from "./sections/coverage.ts";
import { executiveSection } from "./sections/executive.ts";
import { findingsSection } from "./sections/findings.ts";
import { firstSection } from "./sections/first.ts";
import { handoverSections } from "./sections/handover.ts";
import { huntsSection } from "./sections/hunts.ts";
import { hypothesesSection } from "./sections/hypotheses.ts";
import { methodSection } from "./sections/method.ts";
import { readSection } from "./sections/read.ts";
import { storiesSection } from "./sections/stories.ts";
import { tlpLabel } from "./settings.ts";
import { executiveFrom, linesFrom, sectionsFrom } from "./template-parts.ts";
import type { SectionName } from "./templates.ts";
import { days, moment } from "./words.ts";

/**
 * The report of a run, as data: what a manager needs, what to look at first and what changed, then the stories and findings with
 * their reasons, what was hunted, what ATT&CK makes of it, and what could not be seen. Bounded, whatever the size of the run. Pure:
 * the same input gives the same report.
 */
export function compose(input: ReportInput): Report {
  const context = contextOf(input);
  const { templates } = input;
  const ours: Readonly<Record<SectionName, (context: Context) => Section>> = {
    executive: (given) =>
      templates?.executive === undefined ? executiveSection(given) : executiveFrom(templates.executive, given),
    first: firstSection,
    changes: changesSection,
    stories: storiesSection,
    findings: findingsSection,
    hypotheses: hypothesesSection,
    hunts: huntsSection,
    attack: attackSection,
    coverage: coverageSection,
    read: readSection,
    method: methodSection,
  };
  return {
    ...headOf(context, input.run.title ?? "Threat hunt"),
    sections: withLiveLinks(
      templates?.report === undefined
        ? Object.values(ours).map((section) => section(context))
        : sectionsFrom(templates.report, context, (name) => ours[name](context)),
    ),
  };
}

/** One page for the next shift: what is new, what is still active, what nobody has decided, and what cannot be seen. */
export function composeHandover(input: ReportInput): Report {
  const context = contextOf(input);
  return { ...headOf(context, "Hand-over"), sections: withLiveLinks(handoverSections(context)), isBrief: true };
}

function headOf(context: Context, title: string): Omit<Report, "sections"> {
  const { input, settings, zone, prose } = context;
  const length = days(input.window);
  return {
    title: prose(title, 120),
    subtitle: [
      `${zone.span(input.window.from, input.window.to)}${length === null ? "" : ` (${length})`}`,
      ...(input.generatedAt === undefined ? [] : [`Written ${moment(input.generatedAt)}`]),
      `Spoor ${prose(input.run.versions.spoor ?? "", 40)}`.trim(),
    ],
    marking: markingOf(context, settings.organisation),
  };
}

function markingOf(context: Context, organisation: string | undefined): Marking {
  const { templates } = context.input;
  return {
    tlp: tlpLabel(context.settings.tlp),
    head: [...(organisation === undefined ? [] : [context.prose(organisation, 80)]), ...linesFrom(templates?.head, context)],
    foot: linesFrom(templates?.foot, context),
  };
}
