import { z } from "zod";

/** A span of time, both ends in UTC as the engine writes them ("2026-11-01 10:00:00.000000"); `to` is exclusive. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** Something that could not be seen or done. Gaps travel with the results and are printed: a gap is never read as "nothing happened". */
export const gap = z.object({
  stage: z.enum([
    "import",
    "collect",
    "normalise",
    "enrich",
    "detect",
    "correlate",
    "hypothesise",
    "hunt",
    "map",
    "report",
    "publish",
  ]),
  /** The file, table, detector or hunt that it concerns. */
  part: z.string(),
  /** One of a few words a program can test for: what kind of gap it is. */
  kind: z.enum([
    "unrecognised",
    "unreadable",
    "damaged",
    "quarantined",
    "raw-only",
    "no-data",
    "missing-column",
    "not-evaluable",
    "failed",
    "limit",
    "assumption",
    "not-configured",
  ]),
  /** For the reader: what happened, and what follows from it. */
  reason: z.string(),
  count: z.number().optional(),
});
export type Gap = z.infer<typeof gap>;

/** Severities as OCSF names them, the least first; High is the alert line. */
export const severities = ["Informational", "Low", "Medium", "High", "Critical"] as const;
/** How bad a finding is; it follows from the score: Critical from 90, High from 70, Medium from 45, Low from 20. */
export type Severity = (typeof severities)[number];

/**
 * One reason for a score: a feature, what was observed, what is usual for this entity and for its peers, and how many points
 * of the score it brought (negative: it spoke against). Contributions of a finding add up to its score.
 */
export const reason = z.object({
  feature: z.string(),
  /** For the reader, with its unit: "every 60.0 s (MAD 0.2 s)". */
  observed: z.string(),
  baseline: z.string().nullable(),
  peers: z.string().nullable(),
  contribution: z.number(),
});
export type Reason = z.infer<typeof reason>;

/** OCSF observable type ids that Spoor uses. */
export const observableTypes = {
  hostname: 1,
  ip: 2,
  mac: 3,
  user_name: 4,
  email: 5,
  url: 6,
  file_name: 7,
  hash: 8,
  process_name: 9,
  resource_uid: 10,
  port: 11,
  cmd_line: 13,
  country: 14,
  process_id: 15,
  user_agent: 16,
  other: 99,
} as const;

/** A named value of a finding, in OCSF's sense: `name` is the attribute path, values are text. */
export const observable = z.object({
  name: z.enum([
    "src_endpoint.ip",
    "src_endpoint.port",
    "src_endpoint.hostname",
    "dst_endpoint.ip",
    "dst_endpoint.port",
    "dst_endpoint.hostname",
    "connection_info.protocol_name",
    "device.hostname",
    "device.ip",
    "device.uid",
    "actor.user.name",
    "user.name",
    "email.from",
    "email.to",
    "query.hostname",
    "process.name",
    "process.cmd_line",
    "file.name",
    "file.hashes",
    "url.hostname",
    "url.url_string",
    "http_request.user_agent",
    "service.name",
    "job.name",
    "share",
    "api.operation",
    "resource.name",
    "src_endpoint.location.country",
    "src_endpoint.autonomous_system.number",
  ]),
  value: z.string(),
});
export type Observable = z.infer<typeof observable>;
/** An attribute path of OCSF that an observable may have as its name. */
export type ObservableName = Observable["name"];

/** How to get at the events behind a finding: a statement of the detector's folder, its bound values, and what it returned. */
export const evidence = z.object({
  question: z.string(),
  sql: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  /** Event uids (metadata_uid), oldest first, at most 50 of them. */
  event_ids: z.array(z.string()),
  row_count: z.number(),
});
export type Evidence = z.infer<typeof evidence>;

/** What a detector says of one entity before Spoor numbers, ranks and records it. */
export interface FindingDraft {
  /** What makes this finding itself, without the window: the same entity in the next run gives the same uid. */
  readonly keys: Readonly<Record<string, string | number | null>>;
  /** One line for a list: who did what to whom. */
  readonly title: string;
  /** Two or three sentences for the reader: what was seen, why it stands out. */
  readonly description: string;
  /** 0 to 100. */
  readonly score: number;
  /** 0 to 100: how sure the detector is that its reading is right, given the data it had. */
  readonly confidence: number;
  readonly reasons: readonly Reason[];
  /** What else looks like this: the benign reading, and what would tell them apart. */
  readonly benign: string;
  /** What this detector cannot see in this case. */
  readonly blindSpots: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Technique ids, e.g. "T1071.001"; names, tactics and version come from the ATT&CK data. */
  readonly techniques: readonly string[];
  readonly observables: readonly Observable[];
  /** Values for the detector's evidence question. */
  readonly evidence: Readonly<Record<string, string | number | null>>;
  /** Event uids already at hand (else they come from the evidence question). */
  readonly eventUids?: readonly string[];
  readonly rowCount: number;
  /** For charts and hunts: small, JSON, detector-specific (e.g. a beacon's times, an edge list). */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** A vendor's alert keeps the vendor's severity and stays out of the budget. */
  readonly vendorSeverity?: Severity;
}

/** Somebody's word that a finding is to be kept out of the way, and until when (engine time). */
export const suppression = z.object({ uid: z.string(), reason: z.string(), author: z.string(), until: z.string() });
export type Suppression = z.infer<typeof suppression>;

/** A finding: numbered, mapped, ranked. Field names follow OCSF Detection Finding where it has them. */
export interface Finding {
  readonly uid: string;
  readonly detector: string;
  readonly detectorName: string;
  readonly detectorVersion: string;
  readonly analyticType: AnalyticType;
  readonly title: string;
  readonly description: string;
  readonly score: number;
  readonly confidence: number;
  readonly severity: Severity;
  readonly isVendorAlert: boolean;
  readonly isWithinBudget: boolean;
  /** Absent: it is not suppressed. A suppressed finding is not within the budget. */
  readonly suppression?: Suppression;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly reasons: readonly Reason[];
  readonly benign: string;
  readonly blindSpots: readonly string[];
  readonly attacks: readonly AttackTag[];
  readonly observables: readonly Observable[];
  readonly evidences: readonly Evidence[];
  readonly rowCount: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What kind of analytic a detector is, as OCSF names them. */
export type AnalyticType =
  | "Rule"
  | "Behavioral"
  | "Statistical"
  | "Learning (ML/DL)"
  | "Fingerprinting"
  | "Tagging"
  | "Keyword Match"
  | "Regular Expressions"
  | "Exact Data Match"
  | "Partial Data Match"
  | "Indexed Data Match"
  | "Other";

/** A technique as ATT&CK names it, under one tactic. `technique` is the parent where `subTechnique` is given. */
export interface AttackTag {
  readonly tactic: { readonly uid: string; readonly name: string };
  readonly technique: { readonly uid: string; readonly name: string };
  readonly subTechnique: { readonly uid: string; readonly name: string } | null;
  readonly version: string;
}

/** Findings that share a person, device or address close in time, in the order of a kill chain. */
export interface Story {
  readonly uid: string;
  readonly title: string;
  /** A paragraph: what happened to whom, in order. */
  readonly summary: string;
  readonly score: number;
  readonly severity: Severity;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly entities: readonly { readonly kind: "user" | "device" | "ip" | "domain"; readonly value: string }[];
  readonly steps: readonly StoryStep[];
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly benign: string;
  readonly nextChecks: readonly string[];
  readonly actions: readonly string[];
  /** What goes on at the end of the window, or was left in place: "ws-12 calls 203.0.113.5: last on …". */
  readonly stillActive: readonly string[];
}

/** One finding as a step of a story; times are engine times. */
export interface StoryStep {
  readonly time: string;
  /** Until when it was seen. */
  readonly lastTime: string;
  readonly findingUid: string;
  readonly tactic: string;
  readonly text: string;
  /** Whom it concerns, with what the directory says of them: "ann@corp.example (Ann Berg, controller, Finance)"; null when nobody is named. */
  readonly person: string | null;
  readonly device: string | null;
  /** The products whose records show it, by name. */
  readonly sensors: readonly string[];
  /** The value that joins this step to another: "device ws-12", "session 5af2…"; null for the first. */
  readonly joinedBy: string | null;
  /** The step, from 1, that joinedBy ties it to; null for the first. */
  readonly joinedTo: number | null;
  /** What could not be judged of it: "upload bytes". */
  readonly notEvaluable: readonly string[];
}

/** Who thought of a hypothesis. */
export type HypothesisOrigin = "knowledge-base" | "model";

/** What could be going on, and how it would be looked for: testable where the tables that it needs have rows. */
export interface Hypothesis {
  readonly id: string;
  readonly title: string;
  /** 0 to 100, with its terms below. */
  readonly priority: number;
  readonly priorityTerms: Readonly<Record<string, number>>;
  readonly origin: HypothesisOrigin;
  readonly generator: "explain" | "next-step" | "spread" | "gap" | "model";
  readonly mitreTactics: readonly string[];
  readonly techniques: readonly string[];
  readonly entities: readonly string[];
  readonly findingUids: readonly string[];
  readonly description: string;
  readonly huntingSteps: readonly string[];
  readonly expectedIndicators: readonly string[];
  readonly supportsIf: string;
  readonly refutedIf: string;
  readonly benignExplanation: string;
  /** Hunts of the library that would test it. */
  readonly huntIds: readonly string[];
  readonly window: Window;
  readonly testable: boolean;
  readonly notTestableBecause: string | null;
}

/** What a hunt came to; "refuted" is said only where the data that would show it was there. */
export type HuntStatus = "supported" | "refuted" | "inconclusive" | "not-testable";

/** Rows that bear on a hypothesis: what they say, when (engine time), how sure (0 to 100) and their event uids. */
export interface HuntEvidence {
  readonly description: string;
  readonly source: string;
  readonly timestamp: string;
  readonly confidence: number;
  readonly indicators: readonly string[];
  readonly eventIds: readonly string[];
  readonly rowCount: number;
}

/** One hunt of the library as it was asked in a run, with the statement and the values that reproduce it. */
export interface HuntResult {
  readonly id: string;
  readonly hypothesisId: string | null;
  readonly huntId: string;
  readonly title: string;
  readonly techniques: readonly string[];
  readonly status: HuntStatus;
  readonly evidence: readonly HuntEvidence[];
  readonly summary: string;
  readonly recommendedActions: readonly string[];
  /** What was read: tables with their rows in the window. "refuted" is never said without it. */
  readonly coverage: readonly { readonly table: string; readonly rows: number }[];
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resultHash: string;
}

/** The four states of a technique on the map. */
export type CoverageState = "seen" | "looked-and-clean" | "no-data" | "no-analytic";

/** One technique on the ATT&CK map: its state, and the findings and detectors behind it. */
export interface TechniqueCoverage {
  readonly uid: string;
  readonly name: string;
  readonly tactics: readonly { readonly uid: string; readonly name: string; readonly shortname: string }[];
  readonly state: CoverageState;
  readonly evidenceCount: number;
  /** 0 to 100; 0 where nothing was seen. */
  readonly confidence: number;
  readonly findingUids: readonly string[];
  readonly detectors: readonly string[];
  readonly comment: string;
}

/** One file or vendor slice that was read. read = stored + duplicate + quarantined. */
export interface SourceCount {
  readonly source: string;
  readonly format: string;
  readonly file: string;
  readonly fileUid: string;
  readonly byteCount: number;
  readonly read: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** Of the stored: kept as received, but of a kind that no table takes yet. */
  readonly rawOnly: number;
}

/** What a stage of a run took: seconds, and the most memory of the process until its end, in bytes. */
export interface StageCount {
  readonly stage: string;
  readonly seconds: number;
  readonly peak_rss_bytes: number;
}

/** One list, table or queue of a vendor: what of the window it was asked for, what came, and what did not. */
export interface CollectionCoverage {
  readonly source: string;
  readonly stream: string;
  /** events and queue: told by stretches of time; snapshot: had at one moment, or not. */
  readonly kind: string;
  /** Tables that stay empty without it. */
  readonly tables: readonly string[];
  /** From the first to the last moment that was asked for; null: nothing of the window was. */
  readonly asked: Window | null;
  /** Share of the window that was answered in full, 0 to 1. */
  readonly covered: number;
  /** Records received, as often as they were. */
  readonly records: number;
  /** Why nothing is known of a stretch. */
  readonly missing: readonly (Window & { readonly state: string; readonly reason: string })[];
}

/** Rows and time covered, by table: what there was to look at. */
export interface TableCoverage {
  readonly table: string;
  readonly rows: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** Share of rows with a value, by column, 0 to 1; only columns that some row could have. */
  readonly filled: Readonly<Record<string, number>>;
}

/** People in the plane of the first two principal components of their behaviour. */
export interface PeopleMap {
  readonly people: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly score: number;
    readonly isOutlier: boolean;
  }[];
  /** Share of the variance that each of the two components explains, 0 to 1. */
  readonly explained: readonly [number, number];
}
