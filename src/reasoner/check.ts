import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { faultOf } from "./faults.ts";
import type { Route } from "./route.ts";
import type { ClaudeSettings } from "./settings.ts";

const support = z.object({ supported: z.boolean() }).nullish();

/** As much of the vendor's description of a model as decides whether it will do. */
const modelInfo = z.object({
  lifecycle: z.string().nullish(),
  retires_at: z.string().nullish(),
  capabilities: z
    .object({
      structured_outputs: support,
      effort: z.looseObject({ supported: z.boolean() }).nullish(),
    })
    .nullish(),
});

/** What is worth knowing of a model before it is asked. */
export interface ModelNote {
  readonly model: string;
  readonly isWell: boolean;
  readonly note: string;
}

export interface CheckOptions {
  readonly models: ClaudeSettings["models"];
  /** The vendor's own address is asked, so that a model that is not there is none; gateways may know nothing of models. */
  readonly isOwn: boolean;
  readonly clock: () => Date;
  readonly redact: (text: string) => string;
}

/**
 * Asks the vendor of each model of the settings. Rejects as configuration error for a model that is not there, is retired, or cannot do
 * what is wanted of it; what could not be learned, or is only worth knowing, is a note.
 */
export async function checkModels(route: Route, options: CheckOptions, signal: AbortSignal): Promise<ModelNote[]> {
  const chosen = Object.values(options.models);
  const models = [...new Set(chosen.map(({ model }) => model))].sort();
  const { lookUp } = route;
  if (lookUp === null) return models.map((model) => ({ model, isWell: true, note: "this route cannot be asked about models" }));
  const notes: ModelNote[] = [];
  for (const model of models) {
    const efforts = [...new Set(chosen.filter((one) => one.model === model).map(({ effort }) => effort))];
    notes.push(await checkModel(model, efforts, lookUp, options, signal));
  }
  return notes;
}

async function checkModel(
  model: string,
  efforts: readonly string[],
  lookUp: NonNullable<Route["lookUp"]>,
  { isOwn, clock, redact }: CheckOptions,
  signal: AbortSignal,
): Promise<ModelNote> {
  const refuse = (what: string): SpoorError =>
    new SpoorError("configuration", `the model ${model} ${what}`, {
      hint: "claude.models names the models; `spoor ai check` looks at them.",
    });
  const unknown = (why: string): ModelNote => ({ model, isWell: false, note: `could not be looked up: ${redact(why)}` });
  let info: unknown;
  try {
    info = await lookUp(model, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    const { reason } = faultOf(thrown, clock().getTime());
    if (isOwn && isMissing(thrown)) throw refuse("is not there for this key");
    return unknown(reason);
  }
  const parsed = modelInfo.safeParse(info);
  if (!parsed.success) return unknown("the answer cannot be read");
  const { lifecycle, retires_at, capabilities } = parsed.data;
  if (lifecycle === "retired") throw refuse("is retired");
  if (capabilities?.structured_outputs?.supported === false) throw refuse("cannot give structured answers, which hunts need");
  const missing = efforts.find(
    (effort) => capabilities?.effort?.supported === false || isUnsupported(capabilities?.effort?.[effort]),
  );
  if (missing !== undefined) throw refuse(`does not take the effort ${missing}`);
  const retires = typeof retires_at === "string" && !Number.isNaN(Date.parse(retires_at)) ? retires_at.slice(0, 10) : null;
  if (lifecycle === "deprecated" || retires !== null)
    return { model, isWell: true, note: `is on its way out${retires === null ? "" : `, to be retired on ${retires}`}` };
  return { model, isWell: true, note: "is there, and can do what is wanted of it" };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "status" in thrown && thrown.status === 404;
}

function isUnsupported(level: unknown): boolean {
  return support.safeParse(level).data?.supported === false;
}
