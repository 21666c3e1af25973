import { type Attack, loadAttack } from "./attack/attack.ts";
import { type AttackCoverage, mapToAttack } from "./attack/coverage.ts";
import { type CollectPlan, collect } from "./collect/collect.ts";
import { collectionCoverage, collectionGaps } from "./collect/coverage.ts";
import { ledgerRows } from "./collect/ledger.ts";
import type { Config } from "./config.ts";
import { type DetectOptions, type DetectorRun, detect, parametersOf } from "./detectors/detect.ts";
import { type LoadedDetector, loadDetectors } from "./detectors/load.ts";
import { enrichOwners } from "./enrich/owners.ts";
import { gatherEntities } from "./entities/gather.ts";
import { SpoorError } from "./errors.ts";
import type { History } from "./findings/changes.ts";
import { concludeFindings } from "./findings/conclude.ts";
import { withFindings } from "./findings/entity-names.ts";
import { gatherHistory } from "./findings/history.ts";
import type { RevisedFinding } from "./findings/ndjson.ts";
import { gatherRawRecords, type RawRecord } from "./findings/raw-records.ts";
import { concluded, recordFindings } from "./findings/record.ts";
import { correlate } from "./findings/stories.ts";
import { gatherStoryFacts } from "./findings/story-facts.ts";
import { tellStories } from "./findings/tell.ts";
import { type LoadedHunt, loadHunts } from "./hunts/load.ts";
import { runHunts } from "./hunts/run.ts";
import { gatherExposures } from "./hypotheses/exposure.ts";
import { addFromModel } from "./hypotheses/model/add.ts";
import type { ModelHypotheses } from "./hypotheses/model/propose.ts";
import { propose, type Situation } from "./hypotheses/propose.ts";
import { sightIndicators } from "./intel/sightings.ts";
import type { PastHunt } from "./memory/past-hunt.ts";
import { readMemory } from "./memory/read.ts";
import type { UserModel } from "./models/user-model.ts";
import { aheadGap, presentSpan } from "./present-span.ts";
import { pursueBest } from "./pursuit/pursue-best.ts";
import type { Pursuit } from "./pursuit/pursuit.ts";
import type { Reasoning } from "./pursuit/reasoning.ts";
import { importPaths } from "./sources/import.ts";
import type { ParquetConverter } from "./sources/landing/prepare.ts";
import { formatsNamed, type LoadedSource, loadSources } from "./sources/load.ts";
import { Stages } from "./stages.ts";
import { coverTables, spanOfEvents } from "./store/tables.ts";
import { dayMs } from "./time.ts";
import type {
  CollectionCoverage,
  HuntResult,
  Hypothesis,
  SourceCount,
  StageCount,
  Story,
  TableCoverage,
  Window,
} from "./types.ts";
import { engineTime, type World } from "./world.ts";

/** What to hunt over, and how. */
export interface HuntPlan {
  /** Files and folders to import first; may be empty. */
  readonly paths: readonly string[];
  readonly as?: string;
  /** Ends of the window in engine time; what is absent follows from the data. */
  readonly from?: string;
  readonly to?: string;
  /** A window of this many days back from its end. */
  readonly sinceDays?: number;
  readonly config: Config;
  readonly model: UserModel | null;
  /** Only the hunts of this hypothesis. */
  readonly hypothesisId?: string;
  /** A model's hypothesis of an earlier run, to be hunted in this one: a model does not think of the same twice. */
  readonly remembered?: Hypothesis;
  /** A language model that proposes and pursues hypotheses; absent: all comes from the knowledge base and the library. */
  readonly reasoning?: Reasoning;
  /** Where copies may lie while they are read. */
  readonly landingDirectory: string;
  /** Folders of our own that are not read when they lie below a path. */
  readonly leaveOut: readonly string[];
  /** Vendors to ask before anything is imported; absent: none. */
  readonly collect?: Omit<CollectPlan, "importOptions">;
  readonly convertParquet?: ParquetConverter;
  readonly measure: ConstructorParameters<typeof Stages>[0];
}

/** Everything that a run found out; what is written down is made from this. */
export interface HuntOutcome {
  readonly runUid: string;
  readonly window: Window;
  readonly sources: readonly SourceCount[];
  /** What vendors were asked for, in this run and before, and what came. */
  readonly collection: readonly CollectionCoverage[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly detectors: readonly DetectorRun[];
  readonly findings: readonly RevisedFinding[];
  readonly stories: readonly Story[];
  readonly hypotheses: readonly Hypothesis[];
  readonly hunts: readonly HuntResult[];
  /** Hypotheses that a language model pursued; none without one. */
  readonly pursuits: readonly Pursuit[];
  /** What the language model was asked for hypotheses and what was taken of it; null where none was asked. */
  readonly asked: ModelHypotheses | null;
  /** The records of past hunts; none where no folder is set. */
  readonly past: readonly PastHunt[];
  readonly coverage: AttackCoverage;
  /** Verdicts that stand, and what differs from the run before. */
  readonly history: History;
  /** The first record behind each finding at the alert line, as received. */
  readonly records: readonly RawRecord[];
  readonly models: readonly UserModel[];
  readonly ownerFiles: readonly string[];
  readonly stages: readonly StageCount[];
  readonly attack: Attack;
}

/** The folders that a hunt is made of: sources, detectors and hunts, built in and the user's own. */
export interface Library {
  readonly sources: readonly LoadedSource[];
  readonly detectors: readonly LoadedDetector[];
  readonly hunts: readonly LoadedHunt[];
  readonly attack: Attack;
}

/** Loads sources, detectors and hunts; refuses names that no detector has (`only`, `set`), and `as` where no source knows the format. */
export async function loadLibrary(config: Config, as?: string): Promise<Library> {
  const all = await loadDetectors(config.detectors);
  const known = new Set(all.map((one) => one.id));
  const unknown = [...config.only, ...Object.keys(config.set)].find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new SpoorError("usage", `there is no detector ${unknown}`, {
      hint: `Known detectors: ${[...known].sort().join(", ")}.`,
    });
  for (const one of all) parametersOf(one, config.set[one.id] ?? {});
  const sources = await loadSources(config.sources);
  if (as !== undefined) formatsNamed(as, sources);
  const detectors = config.only.length === 0 ? all : all.filter((one) => config.only.includes(one.id));
  return {
    sources,
    detectors,
    hunts: await loadHunts(),
    attack: loadAttack(config.attack === undefined ? {} : { dataFile: config.attack }),
  };
}

/** What a run has to look at: its window, what was stored and collected, and what the tables hold. */
export interface Ground {
  readonly window: Window;
  readonly sources: readonly SourceCount[];
  readonly collection: readonly CollectionCoverage[];
  readonly ownerFiles: readonly string[];
  readonly tables: ReadonlyMap<string, TableCoverage>;
  readonly stages: Stages;
}

/** The whole run, from files to findings, stories, hypotheses, hunts and the ATT&CK map. Nothing is printed or published here. */
export async function hunt(plan: HuntPlan, library: Library, world: World): Promise<HuntOutcome> {
  const ground = await prepare(plan, library, world);
  const detectors = await ground.stages.time("detect", () => detect(detectOptions(plan, library, ground), world));
  return conclude(detectors, ground, plan, library, world);
}

/** The first half of a run: collects and imports what the plan names, and makes ready what detectors look at. */
export async function prepare(plan: HuntPlan, library: Library, world: World): Promise<Ground> {
  const { config } = plan;
  const stages = new Stages(plan.measure);
  const year = config.year ?? world.clock().getUTCFullYear();
  const importOptions = {
    sources: library.sources,
    landingDirectory: plan.landingDirectory,
    leaveOut: plan.leaveOut,
    year,
    ...(plan.as === undefined ? {} : { as: plan.as }),
    ...(plan.convertParquet === undefined ? {} : { convertParquet: plan.convertParquet }),
  };

  const asked = plan.collect;
  const collected =
    asked === undefined ? [] : (await stages.time("collect", () => collect({ ...asked, importOptions }, world))).sources;
  const imported = await stages.time("import", () => importPaths(plan.paths, importOptions, world));
  const window = await windowOf(plan, world);
  const collection = collectionCoverage(await ledgerRows(world.store), window);
  for (const gap of collectionGaps(collection)) world.gaps.add(gap);
  const { store, signal } = world;
  const ownerFiles = await stages.time("enrich", () =>
    store.alone(() => enrichOwners(window, config.internal, config.mmdb, world), { signal }),
  );
  await stages.time("intel", () => store.alone(() => sightIndicators(window, world), { signal }));
  const tables = await coverTables(world.store, window);
  return { window, sources: [...collected, ...imported], collection, ownerFiles, tables, stages };
}

/** How detectors are asked in a run. */
export function detectOptions({ config, model }: HuntPlan, library: Library, { window, tables }: Ground): DetectOptions {
  const { internal, seed } = config;
  return { detectors: library.detectors, window, internal, seed, tables, settings: config.set, model };
}

/** The second half of a run: from what detectors found to everything that is told. */
export async function conclude(
  detectors: readonly DetectorRun[],
  ground: Ground,
  plan: HuntPlan,
  library: Library,
  world: World,
): Promise<HuntOutcome> {
  const { config } = plan;
  const { window, tables, stages } = ground;
  const { store, signal } = world;
  const options = detectOptions(plan, library, ground);
  const entities = await stages.time("entities", () => gatherEntities(window, config.internal, world));
  const findings = await stages.time("findings", () =>
    concludeFindings(detectors, { ...options, budget: config.budget, attack: library.attack }, world),
  );
  const stories = await stages.time("correlate", async () => {
    const joined = correlate(findings, entities);
    return tellStories(joined, findings, await gatherStoryFacts(joined, findings, window, world), window);
  });
  const { reasoning } = plan;
  const past = await pastHunts(config, world);
  const situation: Situation = {
    findings,
    stories,
    tables,
    window,
    hunts: library.hunts,
    detectors,
    attack: library.attack,
    entities,
    exposures: await gatherExposures(window, entities, world),
  };
  const known = await stages.time("hypothesise", async () => propose(situation));
  const privacy = (await reasoning?.openPrivacy({ window, internal: config.internal, entities }, world)) ?? null;
  const added =
    reasoning === undefined || privacy === null || plan.hypothesisId !== undefined
      ? null
      : await stages.time("ask for hypotheses", () =>
          addFromModel({ reasoner: reasoning.reasoner, privacy, situation, known, past, seed: reasoning.seed }, world),
        );
  const hypotheses = withRemembered(added?.hypotheses ?? known, plan.remembered);
  const chosen = plan.hypothesisId === undefined ? hypotheses : chosenFrom(hypotheses, plan.hypothesisId);
  const huntOptions = {
    hunts: library.hunts,
    window,
    internal: config.internal,
    tables,
    findings,
    attack: library.attack,
    namesOf: withFindings(entities, findings).namesOf,
  };
  const hunts = await stages.time("hunt", async () => [
    ...(await runHunts(ofOrigin("knowledge-base", chosen), huntOptions, world)),
    // Apart, so that what a model thinks of never takes a statement's place from the others.
    ...(await runHunts(ofOrigin("model", chosen), { ...huntOptions, limit: mostStatementsForModel }, world)),
  ]);
  const coverage = await stages.time("map", () => mapToAttack({ findings, hunts, detectors, tables, attack: library.attack }));
  for (const gap of coverage.gaps) world.gaps.add(gap);
  const history = await stages.time("compare", () =>
    gatherHistory({ window, findings, stories, gaps: world.gaps.list(), concluded: concluded(detectors) }, world),
  );
  const records = await stages.time("records", () => gatherRawRecords(findings, window, world));
  const runUid = `run-${engineTime(world.clock()).replace(/\D/g, "").slice(0, 17)}`;
  const recorded = await stages.time("record", () =>
    store.alone(() => recordFindings(findings, stories, { runUid, window, detectors }, world), { signal }),
  );
  const { internal } = config;
  const { attack } = library;
  const pursuits =
    reasoning === undefined || privacy === null
      ? []
      : await stages.time("pursue", () =>
          pursueBest({
            reasoning,
            hypotheses: chosen,
            hunts,
            past,
            context: { world, privacy, window, internal, tables, attack, findings, stories, hypotheses, hunts },
            ...(plan.hypothesisId === undefined ? {} : { hypothesisId: plan.hypothesisId }),
          }),
        );
  return {
    runUid,
    window,
    sources: ground.sources,
    collection: ground.collection,
    tables,
    detectors,
    findings: recorded,
    stories,
    hypotheses,
    hunts,
    pursuits,
    asked: added?.asked ?? null,
    past,
    coverage,
    history,
    records,
    ownerFiles: ground.ownerFiles,
    attack: library.attack,
    models: detectors.flatMap((run) => run.models),
    stages: stages.counts,
  };
}

/** The window of a run: as asked, otherwise what the stored events cover; an empty store has an empty window at the clock. */
async function windowOf(plan: HuntPlan, world: World): Promise<Window> {
  // An end that is counted back from must be where the data is; a window that says nothing of its end holds all there is.
  const isCounted = plan.sinceDays !== undefined && plan.to === undefined;
  const { span, ahead } = isCounted
    ? await presentSpan(world.store, world.clock())
    : { span: await spanOfEvents(world.store), ahead: null };
  if (ahead !== null) world.gaps.add(aheadGap(ahead));
  const now = engineTime(world.clock());
  const to = plan.to ?? span?.to ?? now;
  const since =
    plan.sinceDays === undefined
      ? undefined
      : engineTime(new Date(Date.parse(`${to.slice(0, 23).replace(" ", "T")}Z`) - plan.sinceDays * dayMs));
  const from = plan.from ?? since ?? span?.from ?? now;
  const isOutside = span !== null && (from >= span.to || to <= span.from);
  if (span === null || isOutside)
    world.gaps.add({
      stage: "import",
      part: "store",
      kind: "no-data",
      reason: isOutside
        ? `the events lie between ${span.from} and ${span.to} UTC, outside of the window: nothing could be looked at`
        : "there are no events in the store: nothing could be looked at",
    });
  // An end that only one side was given for may lie behind all data: the window is then empty, not reversed.
  return plan.to === undefined && from > to ? { from, to: from } : { from: from > to ? to : from, to };
}

/** Statements that are asked at most for the hypotheses of a model. */
const mostStatementsForModel = 16;

function ofOrigin(origin: Hypothesis["origin"], hypotheses: readonly Hypothesis[]): Hypothesis[] {
  return hypotheses.filter((hypothesis) => hypothesis.origin === origin);
}

function withRemembered(hypotheses: readonly Hypothesis[], remembered: Hypothesis | undefined): readonly Hypothesis[] {
  return remembered === undefined || hypotheses.some(({ id }) => id === remembered.id) ? hypotheses : [...hypotheses, remembered];
}

/** The records of past hunts where a folder is set; those that cannot be read are gaps. */
async function pastHunts({ huntRecords }: Config, world: World): Promise<readonly PastHunt[]> {
  if (huntRecords === undefined) return [];
  const { records, gaps } = await readMemory(huntRecords);
  for (const gap of gaps) world.gaps.add(gap);
  return records;
}

function chosenFrom(hypotheses: readonly Hypothesis[], id: string): Hypothesis[] {
  const chosen = hypotheses.filter((hypothesis) => hypothesis.id === id);
  if (chosen.length > 0) return chosen;
  throw new SpoorError("not-found", `there is no hypothesis ${id} in this run`, {
    hint: "hypotheses.json of the last run lists them.",
  });
}
