import { navigatorLayer } from "./attack/navigator.ts";
import type { Config } from "./config.ts";
import { canonicalJson } from "./findings/canonical-json.ts";
import { findingsNdjson } from "./findings/ndjson.ts";
import type { ModelHypotheses } from "./hypotheses/model/propose.ts";
import { earlierHunts } from "./memory/hunted.ts";
import { type PublishedFile, sha256 } from "./publish/folder.ts";
import { compose, composeHandover } from "./report/compose.ts";
import { toHtml } from "./report/html.ts";
import type { ReportInput } from "./report/input.ts";
import { toMarkdown } from "./report/markdown.ts";
import type { Templates } from "./report/templates.ts";
import type { HuntOutcome } from "./run.ts";
import type { Gap } from "./types.ts";
import { versions } from "./versions.ts";

// The licence of the bundled lists (CC BY 4.0) asks that a page with their results names where they come from.
const bundledCredit = "Route Views, DB-IP.com, nro.net (CC BY 4.0), if no other file is named";

/** What a run was asked to do, as far as its record tells. */
export interface RunRecord {
  readonly config: Config;
  /** The command as it could be typed again. */
  readonly command: string;
  readonly recordedTime: string;
  /** The team's own parts of the report. */
  readonly templates?: Templates;
}

/** Every file of a run's results, by the names that DESIGN promises. Only run.json holds clock times and durations. */
export async function resultFiles(outcome: HuntOutcome, gaps: readonly Gap[], record: RunRecord): Promise<PublishedFile[]> {
  const input: ReportInput = {
    window: outcome.window,
    run: {
      versions: {
        spoor: versions.spoor,
        chdb: versions.chdb,
        OCSF: versions.ocsf,
        "ATT&CK": outcome.coverage.version,
        "owners of addresses": record.config.mmdb.length > 0 ? record.config.mmdb.join(", ") : bundledCredit,
      },
      parameters: Object.fromEntries(outcome.detectors.map((run) => [run.detector.id, run.parameters])),
      seed: record.config.seed,
      command: record.command,
    },
    sources: outcome.sources,
    collection: outcome.collection,
    tables: [...outcome.tables.values()],
    detectors: outcome.detectors.map(({ detector, evaluable, failed }) => ({
      id: detector.id,
      name: detector.name,
      version: detector.version,
      question: detector.question,
      evaluable,
      failed,
    })),
    findings: outcome.findings.map(({ finding }) => finding),
    stories: outcome.stories,
    hypotheses: outcome.hypotheses,
    hunts: outcome.hunts,
    ...(outcome.pursuits.length === 0 ? {} : { pursuits: outcome.pursuits }),
    coverage: outcome.coverage,
    tacticOrder: outcome.attack.tactics.map((tactic) => tactic.name),
    gaps,
    people: Object.fromEntries(
      outcome.detectors.flatMap((run) => (run.peopleMap === null ? [] : [[run.detector.id, run.peopleMap]])),
    ),
    budget: { perDay: record.config.budget },
    internal: record.config.internal,
    history: outcome.history,
    records: outcome.records,
    ...(outcome.asked === null ? {} : { asked: outcome.asked }),
    ...(outcome.past.length === 0 ? {} : { earlier: earlierHunts(outcome.hypotheses, outcome.past) }),
    settings: record.config.report,
    ...(record.templates === undefined ? {} : { templates: record.templates }),
  };
  const report = compose(input);
  const files: PublishedFile[] = [
    { name: "findings.ndjson", text: findingsNdjson(outcome.findings, { version: versions.spoor }) },
    { name: "stories.json", text: pretty(outcome.stories) },
    { name: "hypotheses.json", text: pretty(outcome.hypotheses) },
    { name: "hunts.json", text: pretty(outcome.hunts) },
    // Only of a run that had a model: a file that is absent says that none was asked.
    ...(outcome.pursuits.length === 0 ? [] : [{ name: "pursuits.json", text: pretty(outcome.pursuits) }]),
    ...(outcome.asked === null ? [] : [{ name: "model-hypotheses.json", text: pretty(askedJson(outcome.asked)) }]),
    {
      name: "attack-layer.json",
      text: pretty(
        navigatorLayer(outcome.coverage, {
          name: "Spoor",
          description: `Techniques seen and looked for, ${outcome.window.from} to ${outcome.window.to} UTC.`,
        }),
      ),
    },
    { name: "gaps.json", text: pretty(gaps) },
    { name: "changes.json", text: pretty(outcome.history) },
    { name: "handover.md", text: toMarkdown(composeHandover(input)) },
    { name: "report.md", text: toMarkdown(report) },
    { name: "report.html", text: toHtml(report) },
    ...outcome.models.map((model) => ({ name: `models/${model.name}.json`, text: pretty(model) })),
  ];
  return [...files, { name: "run.json", text: pretty(runJson(outcome, gaps, record, files)) }];
}

/** What was asked of a model, what was taken and why the rest was not; what it wrote itself stands in the recording alone. */
function askedJson({ outcome, call, hypotheses, dropped }: ModelHypotheses): object {
  return { outcome, call, taken: hypotheses.map(({ id }) => id), dropped: dropped.map(({ because }) => because) };
}

function runJson(outcome: HuntOutcome, gaps: readonly Gap[], record: RunRecord, files: readonly PublishedFile[]): object {
  return {
    run_uid: outcome.runUid,
    recorded_time: record.recordedTime,
    command: record.command,
    window: outcome.window,
    seed: record.config.seed,
    budget: record.config.budget,
    internal: record.config.internal,
    report: record.config.report,
    parameters: Object.fromEntries(outcome.detectors.map((run) => [run.detector.id, run.parameters])),
    detectors: outcome.detectors.map((run) => ({
      id: run.detector.id,
      version: run.detector.version,
      evaluable: run.evaluable,
      failed: run.failed,
      candidates: run.candidates.length,
    })),
    versions: { ...versions, attack: outcome.coverage.version },
    owner_files: outcome.ownerFiles,
    sources: outcome.sources,
    collection: outcome.collection,
    stages: outcome.stages,
    counts: {
      events: [...outcome.tables.values()].reduce((sum, table) => sum + table.rows, 0),
      findings: outcome.findings.length,
      within_budget: outcome.findings.filter(({ finding }) => finding.isWithinBudget).length,
      stories: outcome.stories.length,
      hypotheses: outcome.hypotheses.length,
      hunts: outcome.hunts.length,
      gaps: gaps.length,
    },
    tables: Object.fromEntries(
      [...outcome.tables].map(([name, { rows, firstTime, lastTime }]) => [
        name,
        { rows, first_time: firstTime, last_time: lastTime },
      ]),
    ),
    hashes: Object.fromEntries(files.map(({ name, text }) => [name, sha256(text)])),
  };
}

/** JSON for people and diffs: keys in one order, two spaces. */
function pretty(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;
}
