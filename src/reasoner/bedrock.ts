import { loaded } from "./optional-package.ts";
import { asking, type ClientSettings, clientOptions, type Route } from "./route.ts";

interface BedrockSettings extends ClientSettings {
  readonly region: string;
  /** A key of Bedrock; null: the standard chain of AWS. */
  readonly apiKey: string | null;
}

/** Claude at AWS: its Messages endpoint (Mantle), or the older InvokeModel, whose answers come in one. Rejects as configuration error without the package. */
export async function bedrockRoute(
  way: "messages" | "invoke",
  settings: BedrockSettings,
  isStream: boolean,
  load = () => import("@anthropic-ai/bedrock-sdk"),
): Promise<Route> {
  const { AnthropicBedrock, AnthropicBedrockMantle } = await loaded("@anthropic-ai/bedrock-sdk", load);
  const options = {
    ...clientOptions(settings),
    awsRegion: settings.region,
    ...(settings.apiKey === null ? {} : { apiKey: settings.apiKey }),
  };
  const client = way === "messages" ? new AnthropicBedrockMantle(options) : new AnthropicBedrock(options);
  // The binary event stream of InvokeModel is the one part of the SDK that nobody could try here.
  const ask = asking(client, isStream && way === "messages", settings.timeout);
  return {
    told: way === "messages" ? "over Amazon Bedrock" : "over Amazon Bedrock (InvokeModel)",
    ask: (params, signal) => ask({ ...params, model: nameAtAmazon(params.model, way) }, signal),
    lookUp: null,
  };
}

/** Amazon's name of a model: as it is where it is one already; InvokeModel takes models by a profile that reaches over regions. */
function nameAtAmazon(model: string, way: "messages" | "invoke"): string {
  if (model.includes("anthropic.") || model.startsWith("arn:")) return model;
  return way === "messages" ? `anthropic.${model}` : `global.anthropic.${model}`;
}
