import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import type { Usage } from "./port.ts";

const usdPerMillion = z.number().nonnegative();
const rates = z.strictObject({
  input: usdPerMillion,
  output: usdPerMillion,
  cacheWrite5m: usdPerMillion,
  cacheWrite1h: usdPerMillion,
  cacheRead: usdPerMillion,
});
type Rates = z.infer<typeof rates>;

const price = rates.extend({
  /** What prompts above so many tokens cost. */
  above: rates.extend({ promptTokens: z.number().int().positive() }).optional(),
});

const priceList = z.strictObject({ date: z.iso.date(), models: z.record(z.string(), price) });

/** Prices of one model in US dollars per million tokens. */
export type Price = z.infer<typeof price>;

export interface PriceList {
  /** The day on which they were taken, "2026-11-22". */
  readonly date: string;
  /** Rejects as configuration error for a model that is not in the list: what it costs must be known before it is asked. */
  of(model: string): Price;
}

/** Tokens of an answer, with the writes into the vendor's cache by how long they are kept. */
export interface MeteredUsage extends Usage {
  /** Of `cacheWriteTokens`: those kept for an hour. */
  readonly cacheWriteHourTokens: number;
}

const bundled = fileURLToPath(new URL("prices.yaml", import.meta.url));

/** The bundled list, or the file of the settings. Rejects as configuration error. */
export async function loadPrices(file: string = bundled): Promise<PriceList> {
  const refuse = (what: string, cause: unknown): SpoorError =>
    new SpoorError("configuration", `the prices in ${file} ${what}`, {
      hint: "It has `date:` and, under `models:`, for each model input, output, cacheWrite5m, cacheWrite1h and cacheRead in USD per million tokens.",
      cause,
    });
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw refuse(`cannot be read: ${messageOf(cause)}`, cause);
  });
  let document: unknown;
  try {
    document = parse(text, { prettyErrors: false, schema: "core" });
  } catch (cause) {
    throw refuse(`are not YAML: ${messageOf(cause)}`, cause);
  }
  const parsed = priceList.safeParse(document);
  if (!parsed.success) throw refuse(`are not understood: ${z.prettifyError(parsed.error)}`, parsed.error);
  const { date, models } = parsed.data;
  return {
    date,
    of(model) {
      // A model called "constructor" is none that every object has.
      const name = [model, plainName(model)].find((one) => Object.hasOwn(models, one));
      const known = name === undefined ? undefined : models[name];
      if (known !== undefined) return known;
      throw new SpoorError("configuration", `the price of the model ${model} is not known, so its cost could not be capped`, {
        hint: `Known are ${Object.keys(models).sort().join(", ")}; claude.prices names a file with prices of your own.`,
      });
    },
  };
}

/** A model's name without what routes put around it: global.anthropic.claude-x-1-v1:0, claude-x-1@20260101, claude-x-1-20260101. */
export function plainName(model: string): string {
  return model
    .replace(/^(?:[a-z]{2,6}\.)?anthropic\./, "")
    .replace(/-v\d+(?::\d+)?$/, "")
    .replace(/[@-]20\d{6}$/, "");
}

/** What an answer cost, in US dollars. */
export function costOf(usage: MeteredUsage, price: Price): number {
  const prompt = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead } = ratesFor(prompt, price);
  const hour = Math.min(usage.cacheWriteHourTokens, usage.cacheWriteTokens);
  const sum =
    usage.inputTokens * input +
    usage.outputTokens * output +
    (usage.cacheWriteTokens - hour) * cacheWrite5m +
    hour * cacheWrite1h +
    usage.cacheReadTokens * cacheRead;
  return toMicros(sum / 1e6);
}

// A token of English is about four bytes, of logs about three (JSON, names, hashes).
const bytesPerToken = 3;

/** The most that a call can cost as far as can be told before it: all of its text at the dearest rate, and an answer of full length. */
export function worstCost(call: { readonly bytes: number; readonly maxTokens: number }, price: Price): number {
  const prompt = call.bytes / bytesPerToken;
  // Near the step the dearer side is reckoned with: tokens are only estimated.
  const { input, output, cacheWrite5m, cacheWrite1h } = ratesFor(prompt * 1.5, price);
  return toMicros((prompt * Math.max(input, cacheWrite5m, cacheWrite1h) + call.maxTokens * output) / 1e6);
}

function ratesFor(promptTokens: number, { above, ...base }: Price): Rates {
  return above !== undefined && promptTokens > above.promptTokens ? above : base;
}

/** Rounded up to millionths of a dollar, so that sums are the same in every order and never too small. */
function toMicros(usd: number): number {
  return Math.ceil(usd * 1e6 - 1e-6) / 1e6;
}
