import { asking, type ClientSettings, clientOptions, type Route } from "./route.ts";

/** Anthropic's own Messages API, or a gateway that speaks it. The SDK is loaded here, at the first use. */
export async function anthropicRoute(apiKey: string, settings: ClientSettings, isStream: boolean): Promise<Route> {
  const { Anthropic } = await import("@anthropic-ai/sdk");
  const client = new Anthropic({ ...clientOptions(settings), apiKey, authToken: null });
  return {
    told: "over the Messages API",
    ask: asking(client, isStream, settings.timeout),
    lookUp: (model, signal) => client.models.retrieve(model, {}, { signal, timeout: settings.timeout, maxRetries: 0 }),
  };
}
