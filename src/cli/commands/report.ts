import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Config } from "../../config.ts";
import { SpoorError } from "../../errors.ts";
import { gatherVerdicts } from "../../findings/history.ts";
import { folderObjects } from "../../objects/folder.ts";
import { findBrowser, printPdf } from "../../publish/pdf.ts";
import { composeHandover } from "../../report/compose.ts";
import { findingsCsv } from "../../report/formats/csv.ts";
import { stixBundle } from "../../report/formats/stix.ts";
import { toMarkdown } from "../../report/markdown.ts";
import { handoverInput } from "../../report/read-results.ts";
import { type ReportSettings, type TlpLevel, tlpLevels } from "../../report/settings.ts";
import { loadTemplates } from "../../report/templates.ts";
import { readPastNetworks } from "../../results/past-run.ts";
import { readResultFindings, resultText } from "../../results/read.ts";
import { configOf, type GivenOptions, list, withResults } from "../options.ts";
import { type Session, withWorld } from "../session.ts";

const formats = ["csv", "stix", "pdf", "handover"] as const;

interface ReportOptions extends GivenOptions {
  readonly format?: string[];
  readonly tlp?: TlpLevel;
}

/** `spoor report`: the results of the last run in further formats. */
export function registerReport(program: Command, sessionFor: (options: { quiet?: boolean }) => Session): void {
  withResults(program.command("report"))
    .description("Writes the results of the last run in further formats, beside report.html, report.md and findings.ndjson.")
    .option(
      "--format <FORMAT,…>",
      "csv (findings.csv), stix (findings.stix.json, STIX 2.1), pdf (report.pdf, printed by Chromium), handover (handover.md, with the verdicts set since)",
      list,
    )
    .addOption(
      new Option("--tlp <LEVEL>", "marking of the STIX bundle and the hand-over (default: report.tlp, amber)").choices(tlpLevels),
    )
    .option("--store <DIR|URL>", "where the verdicts are, for the hand-over (default ./.spoor)")
    .option("--config <FILE>", "settings from a YAML file")
    .addHelpText(
      "after",
      "\nExamples:\n  spoor report\n  spoor report --format stix --tlp green --out ./case7/out\n  spoor report --format handover   at the end of a shift",
    )
    .action((options: ReportOptions) => run(options, sessionFor({})));
}

async function run(options: ReportOptions, session: Session): Promise<void> {
  const { terminal, signal, environment } = session;
  if (options.format?.length === 0)
    throw new SpoorError("usage", "--format names no format", { hint: `Formats are ${formats.join(", ")}.` });
  const unknown = options.format?.find((format) => !formats.some((known) => known === format));
  if (unknown !== undefined)
    throw new SpoorError("usage", `there is no format ${unknown}`, { hint: `Formats are ${formats.join(", ")}.` });
  const wanted = new Set(options.format ?? formats);
  const config = await configOf(options);
  const { out } = config;
  const settings = { ...config.report, tlp: options.tlp ?? config.report.tlp };
  const findings = await readResultFindings(out);
  const folder = folderObjects(out);
  const write = async (name: string, text: string): Promise<void> => {
    await folder.write(name, Buffer.from(text));
    terminal.out(join(out, name));
  };
  if (wanted.has("csv")) await write("findings.csv", findingsCsv(findings));
  if (wanted.has("stix")) {
    // An address that the hunt knew as the estate's own is nobody's indicator.
    const internal = (await readPastNetworks(out)) ?? config.internal;
    const alerts = findings.filter((finding) => finding.is_alert && !finding.unmapped.is_vendor_alert);
    await write("findings.stix.json", stixBundle(alerts, { title: "Threat hunt", tlp: settings.tlp, internal }));
  }
  // The hunt wrote one; again only when asked for, because the store has to be there.
  if (options.format?.includes("handover") === true) await write("handover.md", await handover(out, settings, config, session));
  if (!wanted.has("pdf")) return;
  await resultText(out, "report.html");
  const browser = await findBrowser(environment.PATH ?? "", process.getuid?.() === 0);
  if (browser === null) {
    const lack = "no Chromium is installed, so report.pdf was not printed";
    if (options.format?.includes("pdf") === true)
      throw new SpoorError("configuration", lack, { hint: "Install Chromium, or print report.html from a browser." });
    terminal.note(`${lack}; report.html prints well from any browser.`);
    return;
  }
  await printPdf(join(out, "report.html"), join(out, "report.pdf"), browser, signal);
  terminal.out(join(out, "report.pdf"));
}

/** The hand-over of the last run, with the verdicts as they stand in the store now. */
async function handover(out: string, settings: ReportSettings, config: Config, session: Session): Promise<string> {
  const input = await handoverInput(out, settings);
  const since = input.history.changes?.previous.recordedTime ?? null;
  const verdicts = await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, (world) =>
    gatherVerdicts(since, world),
  );
  const templates = settings.templates === undefined ? {} : { templates: await loadTemplates(settings.templates) };
  return toMarkdown(composeHandover({ ...input, ...templates, history: { ...input.history, verdicts } }));
}
