import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Config } from "../../config.ts";
import { requireModelFor } from "../../detectors/require-model.ts";
import { messageOf, SpoorError, systemCode } from "../../errors.ts";
import { isolationForestToOnnx } from "../../ml/onnx/isolation-forest-onnx.ts";
import { ModelRegistry, type ShadowChange } from "../../models/registry.ts";
import type { UserModel } from "../../models/user-model.ts";
import { openUserModel } from "../../models/user-model-body.ts";
import { loadUserModel, saveUserModel } from "../../models/user-model-file.ts";
import { openObjects } from "../../objects/open.ts";
import { loadLibrary } from "../../run.ts";
import { shadowRun } from "../../shadow.ts";
import { coverTables, spanOfEvents } from "../../store/tables.ts";
import { versions } from "../../versions.ts";
import { configOf, type GivenOptions, withStore } from "../options.ts";
import { type Session, withWorld } from "../session.ts";
import { inert, inertJson } from "../terminal.ts";

interface ModelOptions extends GivenOptions {
  readonly models?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface ExportOptions extends ModelOptions {
  readonly format: "onnx" | "json";
  readonly file?: string;
}

type SessionFor = (options: { quiet?: boolean }) => Session;

const which = "a model file, NAME (the version in use), or NAME@HASH of the registry";

/** `spoor models`: versions that outlive their run, which of them is in use, and what changes when another one is. */
export function registerModels(program: Command, sessionFor: SessionFor): void {
  const models = program.command("models").description("Models that runs fitted: keep, check, put in use, hand over.");
  withRegistry(models.command("list"))
    .description("The versions that are kept, and which one of each name is in use.")
    .option("--json", "one version a line as JSON")
    .addHelpText("after", "\nExample:\n  spoor models list --models s3://team-models/threat-hunting")
    .action(async (options: ModelOptions) => {
      const { terminal } = sessionFor(options);
      const kept = await (await registryOf(options)).versions();
      if (kept.length === 0)
        terminal.note("No model is kept there: `spoor models load` takes in what a hunt left in its results.");
      for (const one of kept)
        terminal.out(
          options.json === true ? JSON.stringify(one) : `${one.name}@${one.hash.slice(0, 12)}${one.isPromoted ? "  in use" : ""}`,
        );
    });
  withRegistry(models.command("show").argument("<MODEL>", which))
    .description("What a model was fitted on, after checking its hash and that it scores as it did.")
    .option("--json", "as JSON, without the trees")
    .addHelpText(
      "after",
      "\nExamples:\n  spoor models show spoor-out/models/user-anomaly-detector.json\n  spoor models show user-anomaly-detector",
    )
    .action(async (name: string, options: ModelOptions) => show(await modelNamed(name, options), options, sessionFor(options)));
  withRegistry(models.command("verify").argument("[MODEL...]", which))
    .description("Checks hashes, and that the stored rows still get their stored scores; all that are kept when none is named.")
    .addHelpText("after", "\nExample:\n  spoor models verify && echo intact")
    .action((names: string[], options: ModelOptions) => verify(names, options, sessionFor(options)));
  withRegistry(models.command("load").argument("<FROM...>", "model files, folders of them, or s3://bucket/prefix"))
    .description("Takes models in: they are checked first, and kept under their hash.")
    .addHelpText(
      "after",
      "\nExamples:\n  spoor models load spoor-out/models\n  spoor models load s3://team-models/threat-hunting",
    )
    .action((from: string[], options: ModelOptions) => load(from, options, sessionFor(options)));
  withRegistry(withStore(models.command("promote").argument("<MODEL>", "NAME@HASH of the registry, or a model file")))
    .description("Puts a version in use, after a shadow run over the store has shown what changes in the alerts.")
    .option("--dry-run", "only the shadow run")
    .addHelpText("after", "\nExample:\n  spoor models promote user-anomaly-detector@3f9a --dry-run")
    .action((name: string, options: ModelOptions & { dryRun?: boolean }) => promote(name, options, sessionFor(options)));
  withRegistry(models.command("export").argument("<MODEL>", which))
    .description("Writes a model for other programs: ONNX runs in any ONNX runtime, JSON is Spoor's own.")
    .addOption(new Option("--format <FORMAT>", "onnx or json").choices(["onnx", "json"]).default("onnx"))
    .option("--file <FILE>", "where to (default: NAME.onnx here)")
    .addHelpText("after", "\nExample:\n  spoor models export user-anomaly-detector --file people.onnx")
    .action((name: string, options: ExportOptions) => exportModel(name, options, sessionFor(options)));
}

function withRegistry(command: Command): Command {
  const isKnown = command.options.some(({ long }) => long === "--config");
  return (isKnown ? command : command.option("--config <FILE>", "settings from a YAML file")).option(
    "--models <DIR|URL>",
    "where models are kept: a folder or s3://bucket/prefix (default ./spoor-models)",
  );
}

async function registryOf(options: ModelOptions): Promise<ModelRegistry> {
  const config: Config = await configOf(options);
  return new ModelRegistry(openObjects(options.models ?? config.models, config.s3));
}

/** A model by its file, or by its name in the registry. */
export async function modelNamed(name: string, options: ModelOptions): Promise<UserModel> {
  const [, known = "", hash] = /^([A-Za-z0-9][A-Za-z0-9_.-]*)(?:@([0-9a-f]{1,64}))?$/.exec(name) ?? [];
  const isFile = await stat(name).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile || known === "" || known.endsWith(".json")) return readModel(name);
  return (await registryOf(options)).get(known, hash);
}

async function readModel(path: string): Promise<UserModel> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SpoorError("path-missing", `the model ${path} cannot be read`, {
      hint: "Models of earlier runs lie in models/ of their results; `spoor models list` names those that are kept.",
      cause,
    });
  });
  return namingFile(path, () => loadUserModel(text));
}

/** Which of many files is meant. */
function namingFile<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof SpoorError)) throw thrown;
    const { code, hint } = thrown;
    throw new SpoorError(code, `${path}: ${thrown.message}`, { ...(hint === undefined ? {} : { hint }), cause: thrown });
  }
}

function show(model: UserModel, options: ModelOptions, { terminal }: Session): void {
  openUserModel(model);
  if (options.json === true) {
    const { body: _, ...rest } = model;
    terminal.out(inertJson(JSON.stringify(rest)));
    return;
  }
  terminal.out(
    `${inert(model.name)}: ${model.kind}, fitted on ${model.rowCount} rows from ${model.window.from} to ${model.window.to} UTC, seed ${model.seed}`,
  );
  for (const feature of model.features) terminal.out(`  ${inert(feature.name)} (${inert(feature.unit)})`);
  terminal.out(`hash ${model.hash}: intact, and its probes score as stored`);
}

async function verify(names: readonly string[], options: ModelOptions, { terminal }: Session): Promise<void> {
  const registry = await registryOf(options);
  const all = names.length > 0 ? names : (await registry.versions()).map(({ name, hash }) => `${name}@${hash}`);
  const damaged: string[] = [];
  for (const name of all) {
    try {
      openUserModel(await modelNamed(name, options));
      terminal.out(`${inert(name)}: intact`);
    } catch (thrown) {
      damaged.push(name);
      terminal.out(`${inert(name)}: ${inert(messageOf(thrown))}`);
    }
  }
  if (damaged.length > 0)
    throw new SpoorError("bad-model", `${damaged.length} of ${all.length} models are damaged or missing`, {
      hint: "Take them again from where they were saved with `spoor models load`.",
    });
}

async function load(from: readonly string[], options: ModelOptions, { terminal }: Session): Promise<void> {
  const registry = await registryOf(options);
  for (const place of from) {
    const found = await modelsIn(place, options);
    if (found.length === 0)
      throw new SpoorError("not-found", `there is no model in ${place}`, { hint: "Models are JSON files." });
    for (const model of found) {
      const hash = await registry.add(model);
      terminal.out(`${inert(model.name)}@${hash.slice(0, 12)}`);
    }
  }
}

/** Models of a file, of a folder (its own files), or of a registry elsewhere. */
async function modelsIn(place: string, options: ModelOptions): Promise<UserModel[]> {
  if (place.startsWith("s3://")) {
    const { s3 } = await configOf(options);
    const objects = openObjects(place, s3);
    const files = (await objects.list("")).filter((name) => name.endsWith(".json") && !name.endsWith("promoted.json"));
    const models: UserModel[] = [];
    for (const name of files) {
      const text = (await objects.read(name))?.toString("utf8");
      if (text !== undefined) models.push(namingFile(`${place}: ${name}`, () => loadUserModel(text)));
    }
    return models;
  }
  const entries = await readdir(place, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [await readModel(place)];
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json")).map((entry) => entry.name);
  return Promise.all(files.sort().map((name) => readModel(join(place, name))));
}

async function promote(name: string, options: ModelOptions & { dryRun?: boolean }, session: Session): Promise<void> {
  const registry = await registryOf(options);
  const candidate = await modelNamed(name, options);
  const inUse = (await registry.promotions(candidate.name)).at(-1)?.hash;
  const current = inUse === undefined ? null : await intact(registry.get(candidate.name, inUse), session);
  const config = await configOf(options);
  const { detectors } = await loadLibrary(config);
  requireModelFor(detectors, candidate);
  const change = await withWorld(session, { store: config.store, memory: config.memory, mustExist: true }, async (world) => {
    const span = await spanOfEvents(world.store);
    if (span === null)
      throw new SpoorError("not-found", "the store has no events: what would change cannot be shown", {
        hint: "Import or collect first.",
      });
    const learning = detectors.filter(({ analyticType }) => analyticType === "Learning (ML/DL)");
    const { internal, seed, set: settings } = config;
    const tables = await coverTables(world.store, span);
    return shadowRun({ candidate, current }, { detectors: learning, window: span, internal, seed, tables, settings }, world);
  });
  const compared = current === null ? "a model fitted anew" : `${current.name}@${current.hash.slice(0, 12)}, in use`;
  tellChange(change, compared, session);
  if (options.dryRun === true) return;
  const hash = await registry.add(candidate);
  await registry.promote(candidate.name, hash, change, new Date());
  session.terminal.out(`${inert(candidate.name)}@${hash.slice(0, 12)} is in use now`);
}

/** A model in use that is damaged or gone must not keep another from its place. */
async function intact(reading: Promise<UserModel>, { terminal }: Session): Promise<UserModel | null> {
  return reading.catch((thrown: unknown) => {
    if (!(thrown instanceof SpoorError) || (thrown.code !== "bad-model" && thrown.code !== "not-found")) throw thrown;
    terminal.note(`The version in use cannot be compared with: ${inert(thrown.message)}`);
    return null;
  });
}

function tellChange(change: ShadowChange, compared: string, { terminal }: Session): void {
  terminal.out(`Shadow run over ${change.window.from} to ${change.window.to} UTC, against ${compared}:`);
  terminal.out(`  ${change.kept} alerts stay, ${change.added.length} come, ${change.removed.length} go;`);
  terminal.out(`  below the alert line ${change.below.before} findings before, ${change.below.after} after`);
  for (const title of change.added) terminal.out(`  + ${inert(title)}`);
  for (const title of change.removed) terminal.out(`  - ${inert(title)}`);
}

async function exportModel(name: string, options: ExportOptions, { terminal }: Session): Promise<void> {
  const model = await modelNamed(name, options);
  const { forest, features } = openUserModel(model);
  const file = options.file ?? `${model.name}.${options.format}`;
  const bytes =
    options.format === "json"
      ? saveUserModel(model)
      : isolationForestToOnnx(forest, { name: model.name, features, version: versions.spoor });
  await writeFile(file, bytes, { flag: "wx" }).catch(async (cause: unknown) => {
    const exists = systemCode(cause) === "EEXIST";
    if (!exists) await rm(file, { force: true });
    throw new SpoorError(exists ? "usage" : "publish-failed", `${file} ${exists ? "is there already" : "cannot be written"}`, {
      hint: "Name another file with --file.",
      cause,
    });
  });
  terminal.out(
    `${inert(file)}: ${features.length} features, in this order: ${features.map((one) => inert(one.name)).join(", ")}`,
  );
}
