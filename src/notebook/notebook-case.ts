import { join } from "node:path";
import { type CollectPlan, collect } from "../collect/collect.ts";
import { configuredCollectors, loadCollectors } from "../collect/load.ts";
import type { Config } from "../config.ts";
import { type DetectorRun, detect } from "../detectors/detect.ts";
import { SpoorError } from "../errors.ts";
import { concludeFindings } from "../findings/conclude.ts";
import type { UserModel } from "../models/user-model.ts";
import { landingOf, ownPlaces } from "../places.ts";
import {
  conclude,
  detectOptions,
  type Ground,
  type HuntOutcome,
  type HuntPlan,
  type Library,
  loadLibrary,
  prepare,
} from "../run.ts";
import { openStore } from "../store/open.ts";
import { convertParquet } from "../store/parquet.ts";
import type { Finding, SourceCount } from "../types.ts";
import { engineTime, GapLedger, type World } from "../world.ts";
import { EventRows, type RowsOf } from "./event-rows.ts";
import { Remembered } from "./remembered.ts";

/** What a notebook gives the engine of the outside. */
export interface NotebookOutside {
  readonly clock: () => Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly collecting: Omit<CollectPlan["outside"], "environment">;
  readonly measure: HuntPlan["measure"];
}

interface Opened {
  readonly world: World;
  readonly library: Library;
}

/**
 * One case of a notebook: a store, and the steps of a hunt over it, each done when a cell asks for it and kept until something that it
 * rests on changes. Detectors may be asked again with other parameters; what follows from all of them is concluded once.
 */
export class NotebookCase {
  readonly config: Config;
  readonly #outside: NotebookOutside;
  readonly #opened = new Remembered<Opened>();
  #logs: readonly string[] = [];
  #from: string | null = null;
  #model: UserModel | null = null;
  #sources: SourceCount[] = [];
  readonly #ground = new Remembered<Ground>();
  #runs = new Map<string, DetectorRun>();
  readonly #outcome = new Remembered<HuntOutcome>();

  constructor(config: Config, outside: NotebookOutside) {
    this.config = config;
    this.#outside = outside;
  }

  open(): Promise<Opened> {
    return this.#opened.get(() => this.#open());
  }

  async #open(): Promise<Opened> {
    const { config, clock } = { config: this.config, clock: this.#outside.clock };
    const library = await loadLibrary(config);
    const password = this.#outside.environment.SPOOR_STORE_PASSWORD;
    const store = await openStore(config.store, {
      maxMemoryBytes: config.memory,
      ...(password === undefined ? {} : { password }),
    });
    await store.migrate().catch(async (thrown: unknown) => {
      await store.close();
      throw thrown;
    });
    const { signal } = new AbortController();
    return { library, world: { store, clock, gaps: new GapLedger(), progress: () => undefined, signal } };
  }

  /** Asks one source for what it knows from `from` on (UTC, as the engine writes times), and stores it. */
  async collect(source: string, settings: Readonly<Record<string, unknown>>, from: string | null): Promise<void> {
    const { world, library } = await this.open();
    const collectors = configuredCollectors(await loadCollectors(this.config.sources), { [source]: settings });
    const { sources } = await collect(
      {
        collectors,
        wanted: from === null ? {} : { from: Date.parse(`${from.slice(0, 23).replace(" ", "T")}Z`) },
        spoolDirectory: join(this.#landing, "collect"),
        outside: { ...this.#outside.collecting, environment: this.#outside.environment },
        importOptions: {
          sources: library.sources,
          landingDirectory: this.#landing,
          leaveOut: [],
          year: this.config.year ?? world.clock().getUTCFullYear(),
        },
      },
      world,
    );
    this.#sources.push(...sources);
    if (from !== null && (this.#from === null || from < this.#from)) this.#from = from;
    this.#forget();
  }

  /** Reads these files and folders with the next step. */
  readLogs(paths: readonly string[]): void {
    this.#logs = [...this.#logs, ...paths];
    this.#forget();
  }

  /** Scores people with a fitted model in place of a new one. */
  use(model: UserModel): void {
    this.#model = model;
    this.#runs.clear();
    this.#outcome.forget();
  }

  async rows(rows: RowsOf): Promise<EventRows> {
    return EventRows.count((await this.open()).world.store, rows);
  }

  /** What there is to look at. */
  async ground(): Promise<Ground> {
    return this.#ground.get(() => this.#prepare());
  }

  async #prepare(): Promise<Ground> {
    const { world, library } = await this.open();
    const ground = await prepare(this.#plan, library, world);
    this.#logs = [];
    this.#sources.push(...ground.sources);
    return { ...ground, sources: [...this.#sources] };
  }

  /** Asks one detector, with these parameters beside those of the settings; its findings, best first. */
  async detect(id: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Finding[]> {
    const { world, library } = await this.open();
    const ground = await this.ground();
    const detectors = library.detectors.filter((one) => one.id === id);
    if (detectors.length === 0) throw new SpoorError("usage", `there is no detector ${id}`);
    const settings = { ...this.config.set, [id]: { ...this.config.set[id], ...parameters } };
    const options = { ...detectOptions(this.#plan, library, ground), detectors, settings };
    const runs = await detect(options, world);
    for (const run of runs) this.#runs.set(id, run);
    this.#outcome.forget();
    return concludeFindings(runs, { ...options, budget: this.config.budget, attack: library.attack }, world);
  }

  /** The run of a detector that was asked; asks it when it was not. */
  async runOf(id: string): Promise<DetectorRun | undefined> {
    if (!this.#runs.has(id)) await this.detect(id);
    return this.#runs.get(id);
  }

  /** The whole hunt, with the detectors as they were asked, and the others with their defaults. */
  async outcome(): Promise<HuntOutcome> {
    return this.#outcome.get(() => this.#conclude());
  }

  async #conclude(): Promise<HuntOutcome> {
    const { world, library } = await this.open();
    const ground = await this.ground();
    const options = detectOptions(this.#plan, library, ground);
    const missing = library.detectors.filter(({ id }) => !this.#runs.has(id));
    for (const run of await detect({ ...options, detectors: missing }, world)) this.#runs.set(run.detector.id, run);
    const runs = library.detectors.flatMap(({ id }) => this.#runs.get(id) ?? []);
    return conclude(runs, ground, this.#plan, library, world);
  }

  async close(): Promise<void> {
    const opened = await this.#opened.kept;
    this.#opened.forget();
    await opened?.world.store.close();
  }

  get #landing(): string {
    return landingOf(this.config);
  }

  get #plan(): HuntPlan {
    return {
      paths: this.#logs,
      config: this.config,
      model: this.#model,
      landingDirectory: this.#landing,
      leaveOut: ownPlaces(this.config),
      convertParquet: (path, target) => convertParquet(path, target, { maxMemoryBytes: this.config.memory }),
      measure: this.#outside.measure,
      ...(this.#from === null ? {} : { from: this.#from, to: engineTime(this.#outside.clock()) }),
    };
  }

  #forget(): void {
    this.#ground.forget();
    this.#runs.clear();
    this.#outcome.forget();
  }
}
