import { ModelRegistry } from "../models/registry.ts";
import { openObjects } from "../objects/open.ts";
import { resultFiles } from "../results.ts";
import { engineTime } from "../world.ts";
import type { NotebookCase } from "./notebook-case.ts";
import { peopleDetector } from "./people.ts";

/** The report of a hunt, in memory; nothing is written yet. */
export interface NotebookReport {
  /** Markdown. */
  readonly content: string;
  /** One self-contained page. */
  readonly html: string;
  /** Every file of the results, by name. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** The report of the whole hunt, and every other file of its results. */
export async function reportOf(notebook: NotebookCase, huntPeriod: string, now: Date): Promise<NotebookReport> {
  const outcome = await notebook.outcome();
  const { world } = await notebook.open();
  const files = await resultFiles(outcome, world.gaps.list(), {
    config: notebook.config,
    command: `notebook: ${huntPeriod}`,
    recordedTime: engineTime(now),
  });
  const text = (name: string) => files.find((file) => file.name === name)?.text ?? "";
  return { content: text("report.md"), html: text("report.html"), files };
}

/** Keeps a report in a bucket, under its day; gives the place. */
export async function keepReport(report: NotebookReport, bucket: string, now: Date, notebook: NotebookCase): Promise<string> {
  const place = `s3://${bucket}`;
  const key = `threat-hunting-reports/${now.toISOString().slice(0, 10)}.md`;
  const objects = openObjects(place, notebook.config.s3);
  await objects.write(key, Buffer.from(report.content), { contentType: "text/markdown; charset=utf-8" });
  return `${place}/${key}`;
}

/** Keeps the models of the run, each under the hash of what it is; gives NAME@HASH of each. */
export async function keepModels(place: string, notebook: NotebookCase): Promise<string[]> {
  await notebook.runOf(peopleDetector);
  const { models } = await notebook.outcome();
  const registry = new ModelRegistry(openObjects(place, notebook.config.s3));
  const kept: string[] = [];
  for (const model of models) kept.push(`${model.name}@${await registry.add(model)}`);
  return kept;
}

/** Scores people with a model that was kept (NAME@HASH, or NAME for the one in use) in place of a new one. */
export async function useKeptModel(place: string, model: string, notebook: NotebookCase): Promise<void> {
  const [name = "", hash] = model.split("@", 2);
  notebook.use(await new ModelRegistry(openObjects(place, notebook.config.s3)).get(name, hash));
}
