import type { DetectorRun } from "../detectors/detect.ts";
import { statement } from "../store/statement.ts";
import type { Finding, Story, Window } from "../types.ts";
import { versions } from "../versions.ts";
import { engineTime, type World } from "../world.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { RevisedFinding } from "./ndjson.ts";
import { findingsPerDetector } from "./rank.ts";
import { recordedRevision, revise } from "./revise.ts";

export interface RecordContext {
  readonly runUid: string;
  readonly window: Window;
  readonly detectors: readonly DetectorRun[];
}

/**
 * Writes findings and stories of a run into the store: new, changed and closed findings as revisions of their uid. Repeating the run
 * writes nothing new. Gives the findings with what happened to their record.
 */
export async function recordFindings(
  findings: readonly Finding[],
  stories: readonly Story[],
  context: RecordContext,
  world: World,
): Promise<RevisedFinding[]> {
  const sql = await statement(import.meta.url, "recorded.sql");
  const rows = await world.store.query(sql, {}, recordedRevision, { signal: world.signal });
  const recordedTime = engineTime(world.clock());
  const revision = revise(new Map(rows.map((row) => [row.finding_uid, row])), findings, {
    runUid: context.runUid,
    recordedTime,
    version: versions.spoor,
    window: context.window,
    concluded: concluded(context.detectors),
  });
  await world.store.insert("finding", revision.rows, { token: `finding-${context.runUid}`, signal: world.signal });
  const storyRows = stories.map((story) => ({
    story_uid: story.uid,
    run_uid: context.runUid,
    recorded_time: recordedTime,
    score: story.score,
    document: canonicalJson(story),
  }));
  await world.store.insert("story", storyRows, { token: `story-${context.runUid}`, signal: world.signal });
  return revision.findings;
}

/** Detectors that answered in full: only they can say that a finding is gone. */
export function concluded(runs: readonly DetectorRun[]): Set<string> {
  return new Set(
    runs
      .filter((run) => run.evaluable && !run.failed && run.candidates.length < findingsPerDetector)
      .map((run) => run.detector.id),
  );
}
