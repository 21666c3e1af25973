import { loaded } from "./optional-package.ts";
import { asking, type ClientSettings, clientOptions, type Route } from "./route.ts";

interface VertexSettings extends ClientSettings {
  readonly region: string;
  readonly project: string;
}

/** Claude at Google's Vertex AI, with the application's default credentials of Google. Rejects as configuration error without the package. */
export async function vertexRoute(
  settings: VertexSettings,
  isStream: boolean,
  load: () => Promise<Pick<typeof import("@anthropic-ai/vertex-sdk"), "AnthropicVertex">> = () =>
    import("@anthropic-ai/vertex-sdk"),
): Promise<Route> {
  const { AnthropicVertex } = await loaded("@anthropic-ai/vertex-sdk", load);
  const client = new AnthropicVertex({
    ...clientOptions(settings),
    region: settings.region,
    projectId: settings.project,
  });
  return { told: "over Vertex AI", ask: asking(client, isStream, settings.timeout), lookUp: null };
}
