import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The results in a folder by name, without run.json, which tells of clock and durations. */
export function resultsIn(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.\w+$/.test(name) && name !== "run.json").sort();
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Names whose texts differ, with the beginning of the difference; short, for these files have lines of many kilobytes. */
export function differences(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
  names = [...one.keys()],
): string[] {
  return names.flatMap((name) => {
    const [a, b] = [one.get(name) ?? "(absent)", other.get(name) ?? "(absent)"];
    if (a === b) return [];
    let at = 0;
    while (at < a.length && a[at] === b[at]) at += 1;
    const near = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
    return [`${name} at ${at}: ${near(a)} / ${near(b)}`];
  });
}

/** The findings of findings.ndjson, one text each, without what says whether their record is made or seen again. */
export function findingsWithoutActivity(results: ReadonlyMap<string, string>): string[] {
  const lines = (results.get("findings.ndjson") ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const {
      activity_id: _,
      activity_name: __,
      type_uid: ___,
      type_name: ____,
      ...rest
    } = z.looseObject({}).parse(JSON.parse(line));
    return JSON.stringify(rest);
  });
}

/** Detector, uid, score and title of each finding: what a comparison shows when it fails. */
export function findingLines(results: ReadonlyMap<string, string>): string[] {
  const lines = (results.get("findings.ndjson") ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { finding_info: info, unmapped } = finding.parse(JSON.parse(line));
    return `${info.analytic.uid} ${info.uid} ${unmapped.score} ${info.title}`;
  });
}

const finding = z.looseObject({
  finding_info: z.looseObject({ uid: z.string(), title: z.string(), analytic: z.looseObject({ uid: z.string() }) }),
  unmapped: z.looseObject({ score: z.number() }),
});
