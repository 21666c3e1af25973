import type { Endpoint } from "./faults.ts";

/** What a path asks for. `fill` puts into the body what another route of the vendor's carries in its path. */
export interface Route {
  readonly endpoint: Endpoint;
  /** Of GET /v1/models/ID. */
  readonly model: string | null;
  /** The vendor's own API, where the version is a header. */
  readonly isPlain: boolean;
  readonly fill: (body: Record<string, unknown>) => unknown;
}

/** The route of a request; null for none. Amazon's and Google's ways to the same API are taken too, without their streams. */
export function routeOf(method: string, path: string): Route | null {
  const plain = { model: null, isPlain: true, fill: (body: Record<string, unknown>) => body };
  // Bedrock's Mantle serves the plain API below /anthropic.
  const own = path.replace(/^\/anthropic(?=\/v1\/)/, "");
  const named = ({ model, ...body }: Record<string, unknown>) => ({ ...body, model: String(model).replace(/^anthropic\./, "") });
  if (method === "POST" && path === "/anthropic/v1/messages") return { ...plain, endpoint: "messages", fill: named };
  if (method === "POST" && own === "/v1/messages") return { ...plain, endpoint: "messages" };
  if (method === "POST" && own === "/v1/messages/count_tokens") return { ...plain, endpoint: "count_tokens" };
  if (method === "GET" && own === "/v1/models") return { ...plain, endpoint: "models" };
  const info = /^\/v1\/models\/([^/]+)$/.exec(own)?.[1];
  if (method === "GET" && info !== undefined) return { ...plain, endpoint: "models", model: decodeURIComponent(info) };
  const elsewhere =
    /^\/model\/([^/]+)\/invoke$/.exec(path)?.[1] ?? /^\/(?:v1\/)?projects\/.*\/models\/([^/:]+):rawPredict$/.exec(path)?.[1];
  if (method !== "POST" || elsewhere === undefined) return null;
  const model = decodeURIComponent(elsewhere).replace(/^(?:[a-z]+\.)?anthropic\./, "");
  const fill = ({ anthropic_version: _, ...body }: Record<string, unknown>) => ({ ...body, model });
  return { endpoint: "messages", model: null, isPlain: false, fill };
}
