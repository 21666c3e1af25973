import type { AskMessages } from "./messages.ts";
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
  // Made at the first question: it looks for credentials at once, and nobody would wait for that to fail.
  let ask: AskMessages | undefined;
  const connected = (): AskMessages =>
    asking(
      new AnthropicVertex({ ...clientOptions(settings), region: settings.region, projectId: settings.project }),
      isStream,
      settings.timeout,
    );
  return {
    told: "over Vertex AI",
    ask: (params, signal) => {
      ask ??= connected();
      return ask(params, signal);
    },
    lookUp: null,
  };
}
