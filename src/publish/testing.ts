import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findingsNdjson } from "../findings/ndjson.ts";
import type { ReportInput } from "../report/input.ts";
import { loadTicketing } from "./ticket.ts";

/** The results of a run as a folder holds them, as far as publishing reads them. */
export function writeResults(
  out: string,
  input: Pick<ReportInput, "window" | "findings" | "stories" | "internal" | "gaps">,
): void {
  const { findings, stories, window, internal, gaps } = input;
  mkdirSync(join(out, "models"), { recursive: true });
  const texts: Readonly<Record<string, string>> = {
    "report.md": "# Threat hunt\n",
    "report.html": "<!doctype html><title>Threat hunt</title>",
    "findings.ndjson": findingsNdjson(
      findings.map((finding) => ({ finding, activity: "Create" })),
      { version: "0.1.0" },
    ),
    "stories.json": JSON.stringify(stories),
    "models/user-anomaly-detector.json": "{}",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(out, name), text);
  const run = {
    run_uid: "run-20261108000000000",
    recorded_time: "2026-11-08 00:00:00.000000",
    window,
    internal,
    counts: { findings: findings.length, stories: stories.length, gaps: gaps.length },
    hashes: Object.fromEntries(Object.keys(texts).map((name) => [name, ""])),
  };
  writeFileSync(join(out, "run.json"), JSON.stringify(run));
}

/** What tickets are written with, for a team in Amsterdam. */
export function ticketing() {
  return loadTicketing({
    timeZone: "Europe/Amsterdam",
    marking: "TLP:AMBER",
    settings: { crowdstrike: { cloud: "us-2" }, microsoft: { tenantId: "0b0c2a3e-1111-4222-8333-444455556666" } },
  });
}
