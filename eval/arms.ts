import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../src/collect/sleep.ts";
import { type Config, configSchema } from "../src/config.ts";
import { detect } from "../src/detectors/detect.ts";
import { gatherEntities } from "../src/entities/gather.ts";
import { canonicalJson } from "../src/findings/canonical-json.ts";
import { withFindings } from "../src/findings/entity-names.ts";
import { withStore } from "../src/library.ts";
import { openPrivacy } from "../src/privacy/open.ts";
import type { Privacy } from "../src/privacy/privacy.ts";
import { tokenKey } from "../src/privacy/siphash.ts";
import { noLedger } from "../src/pursuit/ledger.ts";
import { limitsOf } from "../src/pursuit/limits.ts";
import type { Reasoning } from "../src/pursuit/reasoning.ts";
import { openReasoner } from "../src/reasoner/open.ts";
import { type ClaudeSettings, claudeSettings } from "../src/reasoner/settings.ts";
import { conclude, detectOptions, type HuntOutcome, type HuntPlan, loadLibrary, prepare } from "../src/run.ts";
import { convertParquet } from "../src/store/parquet.ts";
import { GapLedger, type World } from "../src/world.ts";
import { type Brain, hostileBrain, ruleBrain, startMessagesApi } from "../test/support/messages-api/index.ts";
import type { StagedCase } from "./cases.ts";
import { type Harm, type Hostility, harmOf, hostilityOf } from "./hostility.ts";
import { type Added, addedBy, type Judging, type Measures, measured } from "./measure.ts";
import { type Calls, noCalls, type Observed, observed } from "./observed.ts";
import { type Recognised, recognised } from "./records.ts";
import { type Said, saidBy } from "./said.ts";
import { type Stability, stabilityOf } from "./stability.ts";

/** deterministic: no model; model: the emulator's hunter by rules; hostile: its worst; replay: the model arm's recording; live: Claude. */
export const armNames = ["deterministic", "model", "hostile", "replay", "live"] as const;
export type ArmName = (typeof armNames)[number];

/** One arm over one case. */
export interface ArmResult {
  readonly arm: ArmName;
  /** What stood behind the model: nothing, the emulator, its recording, or the vendor's model. */
  readonly substrate: "none" | "emulator" | "recording" | "live";
  readonly measures: Measures;
  readonly calls: Calls;
  readonly seconds: number;
  /** What may have been spent: what calls cost, and what is held for those whose cost nobody knows. */
  readonly spentUsd: number;
  /** How hypotheses that were pursued ended, with how often. */
  readonly ended: Readonly<Record<string, number>>;
  /** Why those that did not come to their end did not, each reason once. */
  readonly endedBecause: readonly string[];
  /** Hypotheses of the model: taken, and dropped by the checks. */
  readonly hypotheses: { readonly taken: number; readonly dropped: number };
  /** Beside the deterministic arm; null for itself. */
  readonly added: Added | null;
  readonly harm: Harm | null;
  readonly hostility: Hostility | null;
  /** Over the runs of this arm; null where it ran once. */
  readonly stability: Stability | null;
  /** The replay came to the same bytes as what was recorded; null for other arms. */
  readonly isSameAsRecorded: boolean | null;
  readonly promptHash: string | null;
}

export interface CaseOptions {
  readonly arms: readonly ArmName[];
  readonly seed: number;
  /** How often the arms with a model run. */
  readonly runs: number;
  /** How many hypotheses a run pursues. */
  readonly pursue: number;
  /** Folder of its own for store and recordings; not there yet. */
  readonly work: string;
  /** Only these detectors; empty: all. */
  readonly only: readonly string[];
  readonly live: LiveOptions | null;
  readonly now: () => number;
  readonly onArm?: (arm: string) => void;
}

export interface LiveOptions {
  readonly key: string;
  /** What may still be spent, in US dollars at list prices. */
  readonly usd: number;
  /** Where what was sent and answered is kept. */
  readonly cassette: string;
  /** Of a test; default: the vendor's own address. */
  readonly baseUrl?: string;
}

/** A run of an arm, before it is held against the truth. */
interface Ran {
  readonly outcome: HuntOutcome;
  readonly said: Said;
  readonly observed: Observed | null;
  readonly seconds: number;
}

/** A run whose calls were recorded in a folder, with what may have been spent. */
interface Asked extends Ran {
  readonly folder: string;
  readonly spentUsd: number;
}

/**
 * Imports a case once, asks the detectors once, and concludes for each arm from there. The deterministic arm always runs, for the others
 * are held against it. The same case and seed give the same results but for times.
 */
export async function runCase(staged: StagedCase, options: CaseOptions): Promise<ArmResult[]> {
  const { arms, seed, work, only, now } = options;
  const store = join(work, "store");
  await mkdir(work, { recursive: true });
  const config = configSchema.parse({
    store,
    out: join(work, "out"),
    seed,
    internal: [...staged.internal],
    only: [...only],
    memory: 4 * 1024 ** 3,
    ...(staged.year === null ? {} : { year: staged.year }),
  });
  const library = await loadLibrary(config);
  const plan: HuntPlan = {
    paths: staged.paths,
    config,
    model: null,
    landingDirectory: join(store, "landing"),
    leaveOut: [],
    convertParquet: (path, target) => convertParquet(path, target, { maxMemoryBytes: config.memory }),
    measure: { nowMilliseconds: now, peakResidentBytes: () => process.resourceUsage().maxRSS * 1024 },
  };
  return withStore(config, { clock: () => new Date() }, async (world) => {
    options.onArm?.("import and detectors");
    const ground = await prepare(plan, library, world);
    const detectors = await detect(detectOptions(plan, library, ground), world);
    const entities = await gatherEntities(ground.window, config.internal, world);

    const run = async (reasoning: Reasoning | null, watched: Observed | null): Promise<Ran> => {
      const began = now();
      // Each arm starts from the same gaps, and leaves its own to nobody.
      const own: World = { ...world, gaps: copyOf(world.gaps) };
      const armPlan = reasoning === null ? plan : { ...plan, reasoning };
      const outcome = await conclude(detectors, ground, armPlan, library, own);
      return { outcome, said: saidBy(outcome), observed: watched, seconds: (now() - began) / 1000 };
    };
    options.onArm?.("deterministic");
    const without = await run(null, null);
    const { namesOf } = withFindings(
      entities,
      without.outcome.findings.map(({ finding }) => finding),
    );
    const told = new Telling(without, { truth: staged.truth, namesOf }, (ids) =>
      recognised(ids, staged.truth.steps ?? [], ground.window, world),
    );
    const results: ArmResult[] = [await told.result("deterministic", "none", [without])];
    let privacy = oncePrivacy(seed);
    const settings = (given: object): ClaudeSettings =>
      claudeSettings.parse({ pursue: options.pursue, spend: join(work, "spend"), ...given });
    let serial = 0;
    const overHttp = async (claude: ClaudeSettings, key: string, signal: AbortSignal): Promise<Asked> => {
      serial += 1;
      const folder = claude.record ?? join(work, `calls-${serial}`);
      const { reasoner, spend } = await openReasoner(
        { ...claude, record: folder },
        {
          secret: async () => key,
          redact: (text) => text.replaceAll(key, "…"),
          environment: {},
          fetch: globalThis.fetch,
          clock: () => new Date(),
          sleep,
          run: `eval ${serial}`,
          out: work,
          signal,
        },
      );
      const watched = observed(reasoner, now);
      const ran = await run(reasoningOf(watched, claude, { config, privacy }), watched);
      return { ...ran, folder, spentUsd: spend?.ofRun() ?? 0 };
    };
    const emulated = async (brain: Brain, limits: object = {}): Promise<Asked> => {
      const api = await startMessagesApi({ brain });
      try {
        return await overHttp(settings({ baseUrl: api.url, ...limits }), "a-key-for-the-emulator", world.signal);
      } finally {
        await api.close();
      }
    };

    if (arms.includes("model") || arms.includes("replay")) {
      const runs: Asked[] = [];
      // A recording is all that the replay needs.
      const wanted = arms.includes("model") ? options.runs : 1;
      for (let round = 1; round <= wanted; round += 1) {
        options.onArm?.(`model, run ${round}`);
        runs.push(await emulated(ruleBrain()));
      }
      if (arms.includes("model")) results.push(await told.result("model", "emulator", runs));
      const [recorded] = runs;
      if (arms.includes("replay") && recorded !== undefined) {
        options.onArm?.("replay");
        const claude = settings({ replay: recorded.folder });
        // With nothing in memory from the run that was recorded.
        privacy = oncePrivacy(seed);
        const replayed = await overHttp(claude, "no-key-is-needed", world.signal);
        const isSame = canonicalJson(modelPart(replayed.outcome)) === canonicalJson(modelPart(recorded.outcome));
        results.push({ ...(await told.result("replay", "recording", [replayed])), isSameAsRecorded: isSame });
      }
    }
    if (arms.includes("hostile")) {
      options.onArm?.("hostile");
      // Statements that fill the memory are another test's matter: they only cost time here.
      const { brain, attempts } = hostileBrain({ ruinous: [], lookAt: staged.lookAt ?? [] });
      // So much to try does not fit into the limits of a hunt, and its lies come last.
      const patience = { mostTurns: 60, mostQueries: 300, usdPerHunt: 5, usdPerRun: 15, usdPerDay: 30 };
      const ran = await emulated(brain, patience);
      results.push({ ...(await told.result("hostile", "emulator", [ran])), hostility: hostilityOf(attempts, ran.outcome) });
    }
    if (arms.includes("live") && options.live !== null) {
      const { key, cassette, baseUrl } = options.live;
      const runs: Asked[] = [];
      let left = options.live.usd;
      for (let round = 1; round <= options.runs && left > 0; round += 1) {
        options.onArm?.(`live, run ${round}`);
        const usdPerHunt = Math.min(claudeSettings.parse({}).usdPerHunt, left);
        const claude = settings({
          usdPerHunt,
          usdPerRun: left,
          usdPerDay: left,
          ...(baseUrl === undefined ? {} : { baseUrl }),
          record: join(cassette, `run-${round}`),
          spend: join(work, `spend-${round}`),
        });
        const ran = await overHttp(claude, key, world.signal);
        runs.push(ran);
        left -= ran.spentUsd;
      }
      if (runs.length > 0) results.push(await told.result("live", "live", runs));
    }
    return results;
  });
}

/** What of a run's results a model had a part in. */
function modelPart({ pursuits, asked, hypotheses }: HuntOutcome): unknown {
  return { pursuits, taken: asked?.hypotheses.map(({ id }) => id), hypotheses };
}

function reasoningOf(
  watched: Observed,
  claude: ClaudeSettings,
  { config, privacy }: { readonly config: Config; readonly privacy: Reasoning["openPrivacy"] },
): Reasoning {
  const { seed } = config;
  return {
    reasoner: watched.reasoner,
    openPrivacy: privacy,
    seed,
    pursue: claude.pursue,
    limits: limitsOf(claude),
    ledger: async () => noLedger,
  };
}

/** The names of the estate are read once for all arms. The key is from the seed, so that a case asks the same in every run. */
function oncePrivacy(seed: number): Reasoning["openPrivacy"] {
  let opened: Promise<Privacy> | null = null;
  return ({ window, internal }, { store, signal }) => {
    const key = tokenKey(createHash("sha256").update(`evaluation ${seed}`).digest().subarray(0, 16));
    // Patient, for a busy machine must not make a replay differ from what was recorded.
    opened ??= openPrivacy({ store, mode: "pseudonymised", key, window, internal, seconds: 60, signal });
    return opened;
  };
}

function copyOf(gaps: GapLedger): GapLedger {
  const copy = new GapLedger();
  for (const gap of gaps.list()) copy.add(gap);
  return copy;
}

/** Turns runs of an arm into its result, beside the run without a model. */
class Telling {
  readonly #without: Ran;
  readonly #known: Pick<Judging, "truth" | "namesOf">;
  readonly #recognise: (eventIds: readonly string[]) => Promise<Map<string, Recognised>>;
  readonly #records = new Map<string, Recognised>();

  constructor(
    without: Ran,
    known: Pick<Judging, "truth" | "namesOf">,
    recognise: (eventIds: readonly string[]) => Promise<Map<string, Recognised>>,
  ) {
    this.#without = without;
    this.#known = known;
    this.#recognise = recognise;
  }

  /** Measures are those of the first run; calls are of all. */
  async result(
    arm: ArmName,
    substrate: ArmResult["substrate"],
    runs: readonly (Ran & { readonly spentUsd?: number })[],
  ): Promise<ArmResult> {
    const [first] = runs;
    if (first === undefined) throw new Error(`the arm ${arm} did not run`);
    const { outcome, said } = first;
    if (this.#known.truth.steps !== null)
      for (const [id, record] of await this.#recognise(said.eventIds)) this.#records.set(id, record);
    const judging: Judging = { ...this.#known, records: this.#records };
    const isWithout = first === this.#without;
    const ended: Record<string, number> = {};
    for (const pursuit of outcome.pursuits) ended[pursuit.ended] = (ended[pursuit.ended] ?? 0) + 1;
    return {
      arm,
      substrate,
      measures: measured(said, judging),
      calls: runs.map((run) => run.observed?.calls() ?? noCalls).reduce(together),
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
      spentUsd: runs.reduce((sum, { spentUsd = 0 }) => sum + spentUsd, 0),
      ended,
      endedBecause: [...new Set(outcome.pursuits.flatMap((one) => (one.ended === "finished" ? [] : [one.endedBecause])))].sort(),
      hypotheses: { taken: outcome.asked?.hypotheses.length ?? 0, dropped: outcome.asked?.dropped.length ?? 0 },
      added: isWithout ? null : addedBy(said, this.#without.said, judging),
      harm: isWithout ? null : harmOf(this.#without.said, said),
      hostility: null,
      stability: runs.length > 1 ? stabilityOf(runs.map((run) => run.said)) : null,
      isSameAsRecorded: null,
      promptHash: first.observed?.promptHash() ?? null,
    };
  }
}

function together(one: Calls, other: Calls): Calls {
  const outcomes = { ...one.outcomes };
  for (const [kind, count] of Object.entries(other.outcomes)) outcomes[kind] = (outcomes[kind] ?? 0) + count;
  return {
    made: one.made + other.made,
    outcomes,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    usd: one.usd + other.usd,
    models: [...new Set([...one.models, ...other.models])].sort(),
    milliseconds: [...one.milliseconds, ...other.milliseconds].sort((a, b) => a - b),
  };
}
