import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { Objects } from "../objects/objects.ts";
import type { UserModel } from "./user-model.ts";
import { loadUserModel, modelName, saveUserModel } from "./user-model-file.ts";

/** What changes for the reader when one model takes the place of another: findings over the same events, under both. */
export const shadowChange = z.strictObject({
  window: z.strictObject({ from: z.string(), to: z.string() }),
  /** Findings at or above the alert line, by title, that only one of the two models gives. */
  added: z.array(z.string()),
  removed: z.array(z.string()),
  kept: z.int().nonnegative(),
  /** Findings below the line that each model gives. */
  below: z.strictObject({ before: z.int().nonnegative(), after: z.int().nonnegative() }),
});
export type ShadowChange = z.infer<typeof shadowChange>;

const promotion = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When, UTC, as ISO 8601. */
  time: z.string(),
  change: shadowChange,
});
export type Promotion = z.infer<typeof promotion>;

const promotionFile = z.strictObject({
  format: z.literal("spoor-promotions"),
  formatVersion: z.literal(1),
  /** Oldest first; the last one is in use. */
  promotions: z.array(promotion).min(1),
});

/** One model of the registry. */
export interface ModelVersion {
  readonly name: string;
  readonly hash: string;
  readonly isPromoted: boolean;
}

/**
 * Models that outlive their run, in a folder or in S3: NAME/versions/HASH.json, each whole and unchangeable (its name is its hash),
 * and NAME/promoted.json, which says which one is in use and what changed when it was put there. Nothing read from it is ever run.
 */
export class ModelRegistry {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** All versions, by name and hash. */
  async versions(): Promise<ModelVersion[]> {
    const found = (await this.#objects.list("")).flatMap((path) => {
      const [, name = "", hash = ""] = /^([^/]+)\/versions\/([0-9a-f]{64})\.json$/.exec(path) ?? [];
      // What somebody else put beside them is no model of ours.
      return modelName.test(name) ? [{ name, hash }] : [];
    });
    const inUse = new Map<string, string | undefined>();
    for (const name of new Set(found.map((one) => one.name))) inUse.set(name, (await this.promotions(name)).at(-1)?.hash);
    return found.map(({ name, hash }) => ({ name, hash, isPromoted: inUse.get(name) === hash }));
  }

  /** Takes a model in and says under which hash; one that is there already stays as it is, and one that was damaged is made whole. */
  async add(model: UserModel): Promise<string> {
    const text = saveUserModel(model);
    const { hash } = loadUserModel(text);
    const path = pathOf(model.name, hash);
    const kept = await this.#objects.read(path);
    if (kept === null || kept.toString("utf8") !== text)
      await this.#objects.write(path, Buffer.from(text), { contentType: "application/json" });
    return hash;
  }

  /**
   * A model by name and the beginning of its hash, or the one in use when no hash is given. Rejects as not-found; as bad-model when
   * the file is not what its name says.
   */
  async get(name: string, hashBegin?: string): Promise<UserModel> {
    const hash = hashBegin === undefined ? await this.#inUse(name) : await this.#hashOf(name, hashBegin);
    const bytes = await this.#objects.read(pathOf(name, hash));
    if (bytes === null) throw this.#missing(`${name}@${hash.slice(0, 12)}`);
    const model = loadUserModel(bytes.toString("utf8"));
    if (model.hash === hash && model.name === name) return model;
    throw new SpoorError("bad-model", `${name}@${hash.slice(0, 12)} is another model: ${model.name}@${model.hash.slice(0, 12)}`, {
      hint: "Take it again from where it was saved with `spoor models load`.",
    });
  }

  /** The promotions of a name, oldest first; none when it has none. */
  async promotions(name: string): Promise<readonly Promotion[]> {
    const bytes = await this.#objects.read(`${name}/promoted.json`);
    if (bytes === null) return [];
    try {
      return promotionFile.parse(JSON.parse(bytes.toString("utf8"))).promotions;
    } catch (cause) {
      throw new SpoorError("bad-model", `${name}/promoted.json in ${this.#objects.location} is damaged: ${messageOf(cause)}`, {
        hint: "Remove it and promote a version again.",
        cause,
      });
    }
  }

  /** Puts a version in use; the shadow run that shows what it changes is kept beside it. */
  async promote(name: string, hash: string, change: ShadowChange, now: Date): Promise<void> {
    const promotions = [...(await this.promotions(name)), { hash, time: now.toISOString(), change }];
    const file: z.infer<typeof promotionFile> = { format: "spoor-promotions", formatVersion: 1, promotions };
    await this.#objects.write(`${name}/promoted.json`, Buffer.from(`${JSON.stringify(file, null, 2)}\n`), {
      contentType: "application/json",
    });
  }

  async #inUse(name: string): Promise<string> {
    const hash = (await this.promotions(name)).at(-1)?.hash;
    if (hash !== undefined) return hash;
    throw new SpoorError("not-found", `no version of ${name} is in use in ${this.#objects.location}`, {
      hint: "`spoor models list` names them, `spoor models promote` puts one in use.",
    });
  }

  async #hashOf(name: string, begin: string): Promise<string> {
    const fitting = (await this.versions()).filter((one) => one.name === name && one.hash.startsWith(begin));
    const [only] = fitting;
    if (only === undefined) throw this.#missing(`${name}@${begin}`);
    if (fitting.length === 1) return only.hash;
    throw new SpoorError("usage", `${name}@${begin} begins ${fitting.length} versions`, { hint: "Give more of the hash." });
  }

  #missing(what: string): SpoorError {
    return new SpoorError("not-found", `there is no model ${what} in ${this.#objects.location}`, {
      hint: "`spoor models list` names them; `spoor models load FILE` takes one in.",
    });
  }
}

function pathOf(name: string, hash: string): string {
  return `${name}/versions/${hash}.json`;
}
