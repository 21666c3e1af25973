import { z } from "zod";
import { parsedJson } from "../json.ts";
import { statement } from "../store/statement.ts";
import { gap, severities, type Window } from "../types.ts";
import type { World } from "../world.ts";
import { changesBetween, type Earlier, type History, type Present, type PreviousRun } from "./changes.ts";

const runRow = z.object({ run_uid: z.string(), recorded: z.string(), document: z.string() });
const runDocument = z.object({
  window: z.object({ from: z.string(), to: z.string() }),
  counts: z.record(z.string(), z.number()).default({}),
});
const earlierRow = z.object({
  uid: z.string(),
  title: z.string(),
  detector: z.string().nullable().default(null),
  severity: z.enum(severities),
  score: z.number(),
  is_vendor_alert: z.coerce.boolean().default(false),
  first_seen: z.string(),
  last_seen: z.string(),
});
const gapRow = z.object({ document: z.string() });
const verdictRow = z.object({
  finding_uid: z.string(),
  verdict: z.string(),
  note: z.string(),
  author: z.string(),
  recorded: z.string(),
});

/** Verdicts that stand, and what differs from the run of this store that ended before this window does. */
export async function gatherHistory(now: Present, world: World): Promise<History> {
  const before = await previousRun(now.window, world);
  const changes = before === null ? null : changesBetween(before, now);
  return { verdicts: await gatherVerdicts(before?.previous.recordedTime ?? null, world), changes };
}

/** Verdicts that stand, by finding; new are those set after the time given, all where it is null: there was no report before. */
export async function gatherVerdicts(
  since: string | null,
  { store, signal }: Pick<World, "store" | "signal">,
): Promise<History["verdicts"]> {
  const rows = await store.query(await statement(import.meta.url, "verdicts.sql"), {}, verdictRow, { signal });
  return rows.map(({ finding_uid, verdict, note, author, recorded }) => ({
    findingUid: finding_uid,
    verdict,
    note,
    author,
    recordedTime: recorded,
    isNew: since === null || recorded > since,
  }));
}

async function previousRun(window: Window, { store, signal }: World): Promise<PreviousRun | null> {
  const ask = async <Row extends z.ZodType>(
    file: string,
    parameters: Record<string, string>,
    row: Row,
  ): Promise<z.infer<Row>[]> => store.query(await statement(import.meta.url, file), parameters, row, { signal });
  const [run] = await ask("previous-run.sql", { to: window.to }, runRow);
  // The record of an older program may lack what is compared here.
  const record = run === undefined ? null : runDocument.safeParse(parsedJson(run.document));
  if (run === undefined || record === null || !record.success) return null;
  const findings = await ask("previous-findings.sql", { recorded: run.recorded, to: record.data.window.to }, earlierRow);
  const stories = await ask("previous-stories.sql", { run: run.run_uid }, earlierRow);
  const gaps = await ask("previous-gaps.sql", { run: run.run_uid }, gapRow);
  return {
    previous: { runUid: run.run_uid, recordedTime: run.recorded, ...record.data },
    findings: findings.map(earlierOf),
    stories: stories.map(earlierOf),
    gaps: gaps.flatMap(({ document }) => {
      const read = gap.safeParse(parsedJson(document));
      return read.success ? [read.data] : [];
    }),
  };
}

function earlierOf({ is_vendor_alert, first_seen, last_seen, ...row }: z.infer<typeof earlierRow>): Earlier {
  return { ...row, isVendorAlert: is_vendor_alert, firstSeen: first_seen, lastSeen: last_seen };
}
