import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { epochMilliseconds, isEngineTime } from "../time.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { UserModel } from "./user-model.ts";
import { openUserModel } from "./user-model-body.ts";
import { hashOf } from "./user-model-hash.ts";

const feature = z.strictObject({ name: z.string(), unit: z.string() });

/** What a model may be called: it names files, wherever the model came from. */
export const modelName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const time = z.string().refine(isEngineTime, "is not a time such as 2026-11-01 00:00:00.000000");
const fittedOn = z
  .strictObject({ from: time, to: time })
  .refine(
    ({ from, to }) => !isEngineTime(from) || !isEngineTime(to) || epochMilliseconds(from) <= epochMilliseconds(to),
    "ends before it begins",
  );

const userModelFile = z.strictObject({
  format: z.literal("spoor-model"),
  formatVersion: z.literal(1),
  name: z.string().regex(modelName, "is not a name for a model"),
  kind: z.literal("isolation-forest"),
  features: z.array(feature).min(1),
  window: fittedOn,
  rowCount: z.int().positive(),
  seed: z.int(),
  parameters: z.record(z.string(), z.unknown()),
  body: z.record(z.string(), z.unknown()),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Asked first, so that a file of another format or version is told apart from a damaged one. */
const envelope = z.looseObject({ format: z.string(), formatVersion: z.number() });

/** The model as the text of a file: canonical JSON and a final newline; the same model gives the same bytes. */
export function saveUserModel(model: UserModel): string {
  return `${canonicalJson({ ...model, hash: hashOf({ ...model }) })}\n`;
}

/**
 * Reads a model back; nothing in the file is ever run. `expected` names the features that the caller has, in the order of its
 * columns. SpoorError "bad-model" on anything but a whole, unchanged model of a known version for these features, whose stored
 * probes get their scores again.
 */
export function loadUserModel(text: string, expected?: { readonly features: UserModel["features"] }): UserModel {
  const value = parsedJson(text);
  const head = envelope.safeParse(value);
  if (!head.success || head.data.format !== "spoor-model") throw new SpoorError("bad-model", "the file is not a Spoor model");
  if (head.data.formatVersion !== 1) {
    throw new SpoorError("bad-model", `the model's format version is ${head.data.formatVersion}; this version of Spoor reads 1`, {
      hint: "Use the version of Spoor that wrote it, or fit the model again.",
    });
  }
  const parsed = userModelFile.safeParse(value);
  if (!parsed.success)
    throw new SpoorError("bad-model", `the model file has another shape than its format says: ${z.prettifyError(parsed.error)}`);
  const model = parsed.data;
  const hash = checkedHash(model);
  if (hash !== model.hash) {
    throw new SpoorError(
      "bad-model",
      `the model "${model.name}" was changed after it was written: its content hashes to ${hash}, the file says ${model.hash}`,
      {
        hint: "Take the file again from where it was saved.",
      },
    );
  }
  if (expected !== undefined) requireFeatures(model, expected.features);
  openUserModel(model);
  return model;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      // Schemas drop this key without a word, and the hash would not see it.
      if (key === "__proto__") throw new TypeError("the key __proto__ is refused");
      return value;
    });
  } catch (cause) {
    throw new SpoorError("bad-model", `the model file is not JSON that can be read: ${messageOf(cause)}`, { cause });
  }
}

function checkedHash(model: Readonly<Record<string, unknown>>): string {
  try {
    return hashOf(model);
  } catch (cause) {
    // A forbidden key, or nesting deeper than any model has.
    throw new SpoorError("bad-model", `the model file cannot be hashed: ${messageOf(cause)}`, { cause });
  }
}

/** SpoorError "bad-model", naming the features, unless the model was fitted on exactly these, in this order and these units. */
export function requireFeatures(model: UserModel, features: UserModel["features"]): void {
  const wanted = model.features.map(({ name }) => name);
  const given = features.map(({ name }) => name);
  const faults = [
    listed(
      "missing",
      wanted.filter((name) => !given.includes(name)),
    ),
    listed(
      "unknown to the model",
      given.filter((name) => !wanted.includes(name)),
    ),
    listed(
      "in another unit",
      model.features.flatMap(({ name, unit }) => otherUnit(name, unit, features)),
    ),
  ].flat();
  const isReordered = faults.length === 0 && wanted.join("\n") !== given.join("\n");
  if (faults.length === 0 && !isReordered) return;
  const fault = isReordered ? `the model has the order ${wanted.join(", ")}, the rows ${given.join(", ")}` : faults.join("; ");
  throw new SpoorError("bad-model", `the model "${model.name}" was fitted on other features: ${fault}`, {
    hint: "Give a model that was fitted on the same features, or none, and a new one is fitted.",
  });
}

function listed(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(", ")}`];
}

function otherUnit(name: string, unit: string, features: UserModel["features"]): string[] {
  const other = features.find((candidate) => candidate.name === name);
  return other === undefined || other.unit === unit ? [] : [`${name} (${unit} in the model, ${other.unit} here)`];
}
