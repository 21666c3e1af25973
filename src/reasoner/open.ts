import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import type { Sleep } from "../collect/sleep.ts";
import { messageOf, SpoorError } from "../errors.ts";
import { anthropicRoute } from "./anthropic.ts";
import { bedrockRoute } from "./bedrock.ts";
import { withBreaker } from "./breaker.ts";
import { checkModels, type ModelNote } from "./check.ts";
import { gate } from "./gate.ts";
import { messagesReasoner } from "./messages.ts";
import { noReasoner, type Reasoner } from "./port.ts";
import { loadPrices } from "./prices.ts";
import { Recorder, requestKey } from "./recording.ts";
import { replayReasoner } from "./replay.ts";
import type { Route } from "./route.ts";
import { type ClaudeSettings, claudeSettings } from "./settings.ts";
import { openSpend, type Spend } from "./spend.ts";
import { vertexRoute } from "./vertex.ts";

/** What a language model needs of the outside. */
export interface ReasonerEffects {
  /** Finds the value behind a reference; see secretResolver. */
  readonly secret: (reference: string) => Promise<string>;
  /** Strikes secrets out of what is told. */
  readonly redact: (text: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => Date;
  readonly sleep: Sleep;
  /** Name of the run in the ledger of the day, one that no other run has. */
  readonly run: string;
  /** Folder of the results: recordings go to claude/ in it where the settings do not say. */
  readonly out: string;
  readonly signal: AbortSignal;
}

export interface OpenedReasoner {
  readonly reasoner: Reasoner;
  /** Null where nothing can be spent: a replay, or no model. */
  readonly spend: Spend | null;
  /** What the vendor says of the models; empty where it was not asked. */
  readonly notes: readonly ModelNote[];
  /** The recording of this run; null where nothing is sent. */
  readonly recording: string | null;
}

/**
 * The language model of the settings: checked, capped, recorded. Rejects as configuration error where settings, key, prices, packages
 * or models are wrong; a vendor that is merely away is found out by the first call, as an outcome.
 */
export async function openReasoner(settings: ClaudeSettings, effects: ReasonerEffects): Promise<OpenedReasoner> {
  const { clock, run, redact, sleep, signal } = effects;
  const nothing = { spend: null, notes: [], recording: null };
  if (settings.privacy === "off") return { ...nothing, reasoner: noReasoner("claude.privacy is off in the settings") };
  if (settings.replay !== undefined) return { ...nothing, reasoner: await replayReasoner(settings.replay) };

  const prices = await loadPrices(settings.prices);
  const { usdPerHunt, usdPerRun, usdPerDay, models, secondsPerCall } = settings;
  const recorder = new Recorder(settings.record ?? join(effects.out, "claude"), clock(), clock);
  const asked = new AsyncLocalStorage<string>();
  const { route, isOwn } = await routeOf(settings, effects, (body) => recorder.sent(asked.getStore() ?? "", body));
  const spend = openSpend({ usdPerHunt, usdPerRun, usdPerDay, run, folder: settings.spend, clock });
  const plain = withBreaker(
    messagesReasoner({ route: route.told, ask: route.ask, models, prices, spend, secondsPerCall, clock, sleep, redact }),
  );
  const notes = await checkModels(route, { models, isOwn, clock, redact }, signal);
  await recorder.begin(plain.name).catch((cause: unknown) => {
    throw new SpoorError("configuration", `what is sent cannot be written down in ${recorder.file}: ${messageOf(cause)}`, {
      hint: "claude.record names a folder for it; nothing is sent that is not recorded.",
      cause,
    });
  });
  const reasoner: Reasoner = {
    name: plain.name,
    async complete(request, within) {
      const key = requestKey(request);
      const outcome = await asked.run(key, () => plain.complete(request, within));
      // The question is on record; an answer that was paid for is not thrown away because it cannot be. The next question will say why.
      await recorder.came(key, request, outcome).catch(() => {});
      return outcome;
    },
  };
  return { reasoner, spend, notes, recording: recorder.file };
}

/**
 * The same looks without asking the model anything: is there a key, a price and a package, and what does the vendor say of the models?
 * Rejects as configuration error like openReasoner.
 */
export async function checkReasoner(
  settings: ClaudeSettings,
  effects: Omit<ReasonerEffects, "out" | "run">,
): Promise<{ readonly notes: readonly ModelNote[]; readonly address: string; readonly pricesOf: string }> {
  const prices = await loadPrices(settings.prices);
  for (const { model } of Object.values(settings.models)) prices.of(model);
  const nothing = (): Promise<never> => Promise.reject(new SpoorError("internal", "a look at the models sends no text"));
  const { route, address, isOwn } = await routeOf(settings, effects, nothing);
  const { models } = settings;
  const notes = await checkModels(route, { models, isOwn, clock: effects.clock, redact: effects.redact }, effects.signal);
  return { notes, address, pricesOf: prices.date };
}

/** The route of the settings behind its gate, and whether it is the vendor's own address. */
async function routeOf(
  settings: ClaudeSettings,
  effects: Pick<ReasonerEffects, "secret" | "environment" | "fetch">,
  sent: (body: string) => Promise<void>,
): Promise<{ readonly route: Route; readonly address: string; readonly isOwn: boolean }> {
  const { honourEnvironment, gatewayKeyHeader, stream } = settings;
  refuseHeaders(settings, effects.environment);
  const baseURL = baseUrlOf(settings, effects.environment);
  const keyReference = keyOf(settings, effects.environment);
  const key = keyReference === null ? null : await keyBehind(keyReference, effects);
  const fetch = gate({
    fetch: effects.fetch,
    origin: new URL(baseURL).origin,
    headers: gatewayKeyHeader === undefined ? [] : [gatewayKeyHeader.toLowerCase()],
    anyHeader: honourEnvironment,
    authorise: (headers) => {
      if (gatewayKeyHeader === undefined || key === null) return;
      headers.delete("authorization");
      headers.set(gatewayKeyHeader, key);
    },
    idleMs: settings.idleSeconds * 1000,
    sent,
  });
  const client = { baseURL, fetch, timeout: settings.secondsPerCall * 1000 };
  const { origin: address, hostname } = new URL(baseURL);
  const isOwn = hostname === "api.anthropic.com";
  switch (settings.route) {
    case "api":
      return { route: await anthropicRoute(key ?? "", client, stream), address, isOwn };
    case "bedrock":
    case "bedrock-invoke": {
      const way = settings.route === "bedrock" ? "messages" : "invoke";
      return {
        route: await bedrockRoute(way, { ...client, region: needed(settings, "region"), apiKey: key }, stream),
        address,
        isOwn,
      };
    }
    case "vertex": {
      const [region, project] = [needed(settings, "region"), needed(settings, "project")];
      return { route: await vertexRoute({ ...client, region, project }, stream), address, isOwn };
    }
  }
}

function keyOf({ route, key, honourEnvironment }: ClaudeSettings, environment: ReasonerEffects["environment"]): string | null {
  if (key !== undefined) {
    if (route !== "vertex") return key;
    throw new SpoorError("configuration", "claude.key is not used by the route vertex", {
      hint: "Google's default credentials are (GOOGLE_APPLICATION_CREDENTIALS, gcloud, or the machine's own).",
    });
  }
  if (route !== "api") return null;
  const isTokenOnly = environment.ANTHROPIC_API_KEY === undefined && environment.ANTHROPIC_AUTH_TOKEN !== undefined;
  return honourEnvironment && isTokenOnly ? "env:ANTHROPIC_AUTH_TOKEN" : "env:ANTHROPIC_API_KEY";
}

const ownAddress = "https://api.anthropic.com";

function baseUrlOf(settings: ClaudeSettings, environment: ReasonerEffects["environment"]): string {
  const { route, baseUrl, honourEnvironment } = settings;
  if (baseUrl !== undefined) return baseUrl;
  switch (route) {
    case "api": {
      const given = honourEnvironment ? environment.ANTHROPIC_BASE_URL : undefined;
      if (given === undefined || given === "") return ownAddress;
      // The same rules as for an address of the settings.
      const parsed = claudeSettings.safeParse({ baseUrl: given });
      if (parsed.success) return given;
      throw new SpoorError(
        "configuration",
        "ANTHROPIC_BASE_URL is not an https address (or http of this machine) without a name in it",
        {
          hint: "Set it right, or leave claude.honourEnvironment false.",
        },
      );
    }
    case "bedrock":
      return `https://bedrock-mantle.${needed(settings, "region")}.api.aws/anthropic`;
    case "bedrock-invoke":
      return `https://bedrock-runtime.${needed(settings, "region")}.amazonaws.com`;
    case "vertex":
      return vertexAddress(needed(settings, "region"));
  }
}

// As Google's own package forms them.
function vertexAddress(region: string): string {
  if (region === "global") return "https://aiplatform.googleapis.com/v1";
  if (region === "us" || region === "eu") return `https://aiplatform.${region}.rep.googleapis.com/v1`;
  return `https://${region}-aiplatform.googleapis.com/v1`;
}

function needed(settings: ClaudeSettings, name: "region" | "project"): string {
  const value = settings[name];
  if (value !== undefined) return value;
  throw new SpoorError("configuration", `the route ${settings.route} needs claude.${name}`, {
    hint: "For example claude: { route: bedrock, region: us-east-1 }.",
  });
}

async function keyBehind(reference: string, { secret }: Pick<ReasonerEffects, "secret">): Promise<string> {
  return secret(reference).catch((cause: unknown) => {
    if (!(cause instanceof SpoorError)) throw cause;
    const hint = [cause.hint, "Or hunt without a language model: --ai off."].filter((part) => part !== undefined).join(" ");
    throw new SpoorError(cause.code, `no language model is set up: ${cause.message}`, { hint, cause });
  });
}

// The SDK takes headers from this variable by itself. Foreign ones are stopped at the gate; those that it needs can only be refused here.
function refuseHeaders({ honourEnvironment }: ClaudeSettings, environment: ReasonerEffects["environment"]): void {
  if (honourEnvironment) return;
  const names = (environment.ANTHROPIC_CUSTOM_HEADERS ?? "")
    .split("\n")
    .map((line) => line.split(":")[0]?.trim().toLowerCase() ?? "");
  const name = names.find((one) =>
    /^(?:authorization|anthropic-version|accept|content-type|user-agent|host|x-.*|amz-sdk-.*)$/.test(one),
  );
  if (name === undefined) return;
  throw new SpoorError("configuration", `ANTHROPIC_CUSTOM_HEADERS would replace the header ${name} of every question`, {
    hint: "Unset it, or set claude.honourEnvironment: true if that is wanted.",
  });
}
