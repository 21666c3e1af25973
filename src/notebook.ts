// The notebook's way to the engine: the clients, methods, parameters and result fields that hunters know from the Python notebook, over
// the same collectors, detectors, hunts and report as the command line. Like the command line it is a border: clock, environment and
// randomness are taken from the machine here, and nowhere below.
import { z } from "zod";
import { type HeatMap, heatMap } from "./attack/heatmap.ts";
import type { ObservedTechnique } from "./attack/sightings.ts";
import { sleep } from "./collect/sleep.ts";
import type { configSchema } from "./config.ts";
import { SpoorError } from "./errors.ts";
import { beaconPicture, movementPicture, peoplePicture, techniquePicture } from "./notebook/charts.ts";
import type { EventRows } from "./notebook/event-rows.ts";
import { configGiven, spanMilliseconds, timeGiven } from "./notebook/given.ts";
import { huntOf, hypothesesOf } from "./notebook/hunting.ts";
import { keepModels, keepReport, type NotebookReport, reportOf, useKeptModel } from "./notebook/keeping.ts";
import { type NetworkGraph, networkGraph } from "./notebook/network.ts";
import { NotebookCase } from "./notebook/notebook-case.ts";
import { type PersonFeatures, peopleDetector, personFeatures } from "./notebook/people.ts";
import {
  type AnomalousUser,
  anomalousUser,
  type BeaconingResult,
  beaconingResult,
  type ExfiltrationResult,
  exfiltrationResult,
  type LateralMovementResult,
  lateralMovementResult,
  type NotebookHunt,
  type NotebookHypothesis,
} from "./notebook/results.ts";
import type { Shown } from "./notebook/shown.ts";
import { type AggregatedData, storedData } from "./notebook/stored.ts";
import { type UsualBuckets, usualBuckets } from "./publish/buckets.ts";
import { writeFolder } from "./publish/folder.ts";
import type { Finding, Story } from "./types.ts";
import { engineTime } from "./world.ts";

export type { EventRow, EventRows } from "./notebook/event-rows.ts";
export type { NotebookReport } from "./notebook/keeping.ts";
export type { NetworkGraph } from "./notebook/network.ts";
export type { PersonFeatures } from "./notebook/people.ts";
export type {
  AnomalousUser,
  BeaconingResult,
  ExfiltrationResult,
  LateralMovementResult,
  NotebookHunt,
  NotebookHypothesis,
} from "./notebook/results.ts";
export { type Shown, tableOf, textOf } from "./notebook/shown.ts";
export type { AggregatedData } from "./notebook/stored.ts";

/** Settings of a vendor's collector, as under `collect` in spoor.yaml; secrets are references such as env:FALCON_SECRET. */
type VendorSettings = Readonly<Record<string, unknown>>;

/** CrowdStrike Falcon, as docs/guide/collecting.md tells its settings. */
export class CrowdStrikeClient {
  readonly settings: VendorSettings;
  constructor(settings: VendorSettings) {
    this.settings = settings;
  }
}

/** Microsoft Entra, Defender and Microsoft 365, as docs/guide/collecting.md tells its settings. */
export class MicrosoftSecurityClient {
  readonly settings: VendorSettings;
  constructor(settings: VendorSettings) {
    this.settings = settings;
  }
}

/** Proofpoint TAP, as docs/guide/collecting.md tells its settings. */
export class ProofpointClient {
  readonly settings: VendorSettings;
  constructor(settings: VendorSettings) {
    this.settings = settings;
  }
}

/** What a hunt step by step is made with; everything may be absent. */
export interface EngineOptions {
  readonly crowdstrike?: CrowdStrikeClient;
  readonly microsoft?: MicrosoftSecurityClient;
  readonly proofpoint?: ProofpointClient;
  /** Files and folders of logs, in place of vendors or beside them. */
  readonly logs?: readonly string[];
  /** Any setting of spoor.yaml: store, out, internal, seed, budget, set, … */
  readonly settings?: z.input<typeof configSchema>;
  /** Where references to secrets lead; default: the environment of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The time now; default: the machine's. */
  readonly clock?: () => Date;
}

/** What Falcon told, by table; rows are read from the store when they are asked for. */
export interface CrowdStrikeData {
  readonly detections: EventRows;
  readonly hosts: EventRows;
  readonly network_events: EventRows;
}

/** What Microsoft told, by table; rows are read from the store when they are asked for. */
export interface MicrosoftData {
  readonly sign_ins: EventRows;
  readonly alerts: EventRows;
  readonly risky_users: EventRows;
}

/** What Proofpoint told, by table; `total_events` counts messages and clicks. */
export interface ProofpointData {
  readonly total_events: number;
  readonly messages: EventRows;
  readonly clicks: EventRows;
  readonly top_clickers: EventRows;
  readonly vap_users: EventRows;
}

/** Techniques with evidence, by tactic. */
export type MitreMapping = Readonly<Record<string, readonly ObservedTechnique[]>>;

/**
 * A hunt step by step. Events stay in the store; what cells get are counts, small tables, findings and pictures. Methods reject with
 * SpoorError, whose `hint` says what to do.
 */
export class ThreatHuntingEngine {
  readonly #options: EngineOptions;
  readonly #case: NotebookCase;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    this.#case = new NotebookCase(configGiven(options.settings ?? {}), {
      clock: options.clock ?? (() => new Date()),
      environment: options.environment ?? process.env,
      collecting: { fetch: globalThis.fetch, sleep, random: Math.random },
      measure: { nowMilliseconds: () => performance.now(), peakResidentBytes: () => process.resourceUsage().maxRSS * 1024 },
    });
    if (options.logs !== undefined) this.#case.readLogs(options.logs);
  }

  /** What Falcon knows from `startTime` (ISO 8601) on. */
  async collectCrowdStrikeData(options: {
    readonly startTime: string;
    readonly includeDetections?: boolean;
    readonly includeHostActivity?: boolean;
    readonly includeNetworkActivity?: boolean;
  }): Promise<CrowdStrikeData> {
    const { includeDetections = true, includeHostActivity = true, includeNetworkActivity = true } = options;
    const leaveOut = [
      ...(includeDetections ? [] : ["alerts", "cases"]),
      ...(includeHostActivity ? [] : hostStreams),
      ...(includeNetworkActivity ? [] : ["connections", "names"]),
    ];
    await this.#collect("crowdstrike", this.#options.crowdstrike, leaveOut, options.startTime);
    return {
      detections: await this.#rows("detection_finding", "CrowdStrike"),
      hosts: await this.#rows("device_inventory", "CrowdStrike"),
      network_events: await this.#rows("network_activity", "CrowdStrike"),
    };
  }

  /** What Entra and Defender know from `startTime` (ISO 8601) on. */
  async collectMicrosoftData(options: {
    readonly startTime: string;
    readonly includeSignIns?: boolean;
    readonly includeAlerts?: boolean;
    readonly includeRiskyUsers?: boolean;
  }): Promise<MicrosoftData> {
    const { includeSignIns = true, includeAlerts = true, includeRiskyUsers = true } = options;
    const leaveOut = [
      ...(includeSignIns ? [] : signInStreams),
      ...(includeAlerts ? [] : ["alerts", "incidents"]),
      ...(includeRiskyUsers ? [] : ["risky-users", "risk-detections"]),
    ];
    await this.#collect("microsoft", this.#options.microsoft, leaveOut, options.startTime);
    return {
      sign_ins: await this.#rows("authentication", "Microsoft"),
      alerts: await this.#rows("detection_finding", "Microsoft"),
      risky_users: await this.#rows(
        "user_inventory",
        "Microsoft",
        "lower(ifNull(risk_level, 'none')) NOT IN ('', 'none', 'hidden')",
      ),
    };
  }

  /** What TAP knows of an ISO 8601 span back from now ("P7D"). */
  async collectProofpointData({ interval = "P7D" }: { readonly interval?: string } = {}): Promise<ProofpointData> {
    const from = new Date(this.#now().getTime() - spanMilliseconds(interval)).toISOString();
    await this.#collect("proofpoint", this.#options.proofpoint, [], from);
    const messages = await this.#rows("email_activity", "Proofpoint");
    const clicks = await this.#rows("email_url_activity", "Proofpoint");
    return {
      total_events: messages.length + clicks.length,
      messages,
      clicks,
      top_clickers: await this.#rows("user_inventory", "Proofpoint", "click_count > 0"),
      vap_users: await this.#rows("user_inventory", "Proofpoint", "attack_index > 0"),
    };
  }

  /** What is stored now, whatever it came from. The arguments are what was collected; nothing is copied. */
  aggregateData(..._collected: readonly unknown[]): Promise<AggregatedData> {
    return storedData(this.#case);
  }

  /** One row a person: how they signed in. */
  prepareMlFeatures(_aggregated?: AggregatedData): Promise<PersonFeatures[]> {
    return personFeatures(this.#case);
  }

  /**
   * Who signs in unlike everybody else, by the isolation forest, with the reasons. `contamination` as in scikit-learn: a share of the
   * people, or "auto" (flag by tail probability, not by decree).
   */
  async detectAnomalousUsers(
    options: { readonly contamination?: number | "auto"; readonly trees?: number } = {},
  ): Promise<AnomalousUser[]> {
    return (await this.#case.detect(peopleDetector, { ...options })).map(anomalousUser);
  }

  /** Calls that keep time. `timeThreshold` in seconds: the spread of the intervals up to which they are one rhythm. */
  async detectBeaconing(
    _network?: EventRows,
    { timeThreshold = 60, countThreshold = 10 }: { readonly timeThreshold?: number; readonly countThreshold?: number } = {},
  ): Promise<BeaconingResult[]> {
    const found = await this.#case.detect("beaconing", { timeThresholdSeconds: timeThreshold, countThreshold });
    return found.map(beaconingResult);
  }

  /** Uploads that stand out; from `byteThreshold` bytes on the amount alone is worth a look. */
  async detectDataExfiltration(
    _network?: EventRows,
    { byteThreshold = 10 * 1024 * 1024 }: { readonly byteThreshold?: number } = {},
  ): Promise<ExfiltrationResult[]> {
    return (await this.#case.detect("exfiltration", { byteThreshold })).map(exfiltrationResult);
  }

  /** Who called whom. At most 200,000 pairs, those with most connections. */
  buildNetworkGraph(_network?: EventRows): Promise<NetworkGraph> {
    return networkGraph(this.#case);
  }

  /** Who moved from host to host, from logons, services, tasks, shells and connections alike. */
  async detectLateralMovement(
    _graph?: NetworkGraph,
    { minConnections = 3, timeWindowHours = 1 }: { readonly minConnections?: number; readonly timeWindowHours?: number } = {},
  ): Promise<LateralMovementResult[]> {
    return (await this.#case.detect("lateral-movement", { minConnections, timeWindowHours })).map(lateralMovementResult);
  }

  /** Every finding of every detector, best first; the detectors that were asked before keep their parameters. */
  async findings(): Promise<readonly Finding[]> {
    return (await this.#case.outcome()).findings.map(({ finding }) => finding);
  }

  /** Findings that belong together, in the order in which they happened. */
  async stories(): Promise<readonly Story[]> {
    return (await this.#case.outcome()).stories;
  }

  /** Hypotheses by priority. Given results of detectors, only those that rest on one of them, and those about what nobody asked yet. */
  generateHuntingHypotheses(
    findings?: Readonly<Record<string, readonly { readonly finding: Finding }[]>>,
  ): Promise<NotebookHypothesis[]> {
    return hypothesesOf(this.#case, findings);
  }

  /** What the hunts of a hypothesis gave. Rejects as not-found for a hypothesis of another run. */
  executeHunt({
    hypothesis,
  }: {
    readonly hypothesis: Pick<NotebookHypothesis, "id">;
    readonly dataSources?: unknown;
  }): Promise<NotebookHunt> {
    return huntOf(this.#case, hypothesis.id);
  }

  /** Techniques with evidence, by tactic, in the order of the matrix. */
  async mapToMitreAttack(_findings?: unknown): Promise<MitreMapping> {
    return (await this.#case.outcome()).coverage.byTactic;
  }

  /** Tactics by techniques with their pieces of evidence. */
  createMitreHeatmapData(mapping: MitreMapping): HeatMap {
    return heatMap(mapping);
  }

  /** The report of the whole hunt, and every other file of its results. */
  generateHuntingReport({
    huntPeriod = "notebook",
  }: { readonly huntPeriod?: string } & Readonly<Record<string, unknown>> = {}): Promise<NotebookReport> {
    return reportOf(this.#case, huntPeriod, this.#now());
  }

  /**
   * Keeps the report. Without a folder it goes where the Python notebook put it: s3://BUCKET/threat-hunting-reports/YYYY-MM-DD.md, the
   * bucket from SAGEMAKER_NOTEBOOKS_BUCKET or sagemaker-infosec-notebooks. Gives the place.
   */
  async saveReport(report: NotebookReport, { folder }: { readonly folder?: string } = {}): Promise<string> {
    if (folder === undefined) return keepReport(report, this.#buckets().reports, this.#now(), this.#case);
    await writeFolder(folder, [...report.files]);
    return folder;
  }

  /**
   * Keeps the models of the run, each under the hash of what it is. Without a place they go to the bucket of the reports with "notebooks"
   * replaced by "models", under threat-hunting. Gives NAME@HASH of each.
   */
  async saveModels({ to }: { readonly to?: string } = {}): Promise<string[]> {
    return keepModels(to ?? `s3://${this.#buckets().models}/threat-hunting`, this.#case);
  }

  /** Scores people with a model that was kept (NAME@HASH, or NAME for the one in use) in place of a new one. */
  loadModels({ from, model }: { readonly from: string; readonly model: string }): Promise<void> {
    return useKeptModel(from, model, this.#case);
  }

  /** Calls on a line of time. */
  async chartBeaconing(results: readonly BeaconingResult[]): Promise<Shown> {
    return beaconPicture(results, (await this.#case.ground()).window);
  }

  /** Hosts and arrows between them. */
  chartLateralMovement(results: readonly LateralMovementResult[]): Shown {
    return movementPicture(results);
  }

  /** Everybody by how they sign in; null where there were too few to compare. */
  async chartPeople(): Promise<Shown | null> {
    const map = (await this.#case.runOf(peopleDetector))?.peopleMap ?? null;
    return map === null ? null : peoplePicture(map);
  }

  /** Techniques with evidence, by tactic. */
  chartMitre(mapping: MitreMapping): Shown {
    return techniquePicture(mapping);
  }

  /** What could not be seen or done so far. */
  async gaps(): Promise<readonly string[]> {
    const { world } = await this.#case.open();
    return world.gaps.list().map(({ stage, part, reason }) => `${stage}, ${part}: ${reason}`);
  }

  /** Closes the store; another program may open it then. */
  close(): Promise<void> {
    return this.#case.close();
  }

  async #collect(
    source: string,
    client: { readonly settings: VendorSettings } | undefined,
    leaveOut: readonly string[],
    startTime: string,
  ): Promise<void> {
    if (client === undefined)
      throw new SpoorError("configuration", `${source} was not given to this engine`, {
        hint: `new ThreatHuntingEngine({ ${source}: … }), with the settings that docs/guide/collecting.md tells.`,
      });
    const from = timeGiven(startTime);
    const given = z.array(z.string()).default([]).parse(client.settings.leaveOut);
    await this.#case.collect(source, { ...client.settings, leaveOut: [...given, ...leaveOut] }, engineTime(from));
  }

  #rows(table: string, vendor: string, where = "true"): Promise<EventRows> {
    return this.#case.rows({
      table,
      where: `metadata_product_vendor_name = {vendor:String} AND ${where}`,
      parameters: { vendor },
      isVersioned: versionedTables.has(table),
    });
  }

  #buckets(): UsualBuckets {
    return usualBuckets(this.#options.environment ?? process.env);
  }

  #now(): Date {
    return (this.#options.clock ?? (() => new Date()))();
  }
}

const hostStreams = [
  "devices",
  "processes",
  "logons",
  "files",
  "registry",
  "scripts-and-drivers",
  "services-and-tasks",
  "sensors",
  "heartbeats",
];
const signInStreams = ["sign-ins", "sign-ins-non-interactive", "sign-ins-service-principal", "sign-ins-managed-identity"];
const versionedTables: ReadonlySet<string> = new Set(["device_inventory", "user_inventory", "detection_finding"]);
