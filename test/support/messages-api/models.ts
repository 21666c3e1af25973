/** A model of the catalogue: what it takes, and for how long. */
export interface CatalogueModel {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly isRetired?: boolean;
  readonly retiresAt?: string;
  readonly takesForcedTools: boolean;
  readonly hasStructuredOutputs: boolean;
  readonly thinking: readonly ("adaptive" | "enabled" | "disabled" | "between_tools")[];
  /** The shortest prefix that is cached, in tokens. */
  readonly cachedFrom: number;
}

const recent = { takesForcedTools: false, hasStructuredOutputs: true, cachedFrom: 1024 };
const alwaysThinks = { ...recent, thinking: ["adaptive"] as const };
const mayThink = { ...recent, thinking: ["adaptive", "disabled", "between_tools"] as const };

// Names from the SDK's own list (1.12); what each takes from the vendor's documentation of November 2026. Where that is silent the
// stricter reading is taken. The last two are there to be met: one at the end of its life, one that lacks structured output.
export const catalogue: readonly CatalogueModel[] = [
  { id: "claude-fable-5-1", name: "Claude Fable 5.1", line: "fable", ...alwaysThinks },
  { id: "claude-opus-5-5", name: "Claude Opus 5.5", line: "opus", ...alwaysThinks },
  { id: "claude-sonnet-5-5", name: "Claude Sonnet 5.5", line: "sonnet", ...mayThink },
  { id: "claude-haiku-5-5", name: "Claude Haiku 5.5", line: "haiku", ...mayThink },
  {
    id: "claude-sonnet-4-5-20250929",
    name: "Claude Sonnet 4.5",
    line: "sonnet",
    retiresAt: "2026-11-30T00:00:00Z",
    takesForcedTools: true,
    hasStructuredOutputs: true,
    thinking: ["enabled", "disabled"],
    cachedFrom: 1024,
  },
  {
    id: "claude-3-haiku-20240307",
    name: "Claude Haiku 3",
    line: "haiku",
    isRetired: true,
    retiresAt: "2026-04-19T00:00:00Z",
    takesForcedTools: true,
    hasStructuredOutputs: false,
    thinking: ["disabled"],
    cachedFrom: 2048,
  },
];

export const contextTokens = 1_000_000;
const mostOutputTokens = 128_000;

export function modelOf(id: string): CatalogueModel | undefined {
  return catalogue.find((model) => model.id === id);
}

/** The answer of GET /v1/models/ID. */
export function modelInfo(model: CatalogueModel): Record<string, unknown> {
  const can = (supported: boolean) => ({ supported });
  const thinks = model.thinking.some((type) => type === "adaptive" || type === "enabled");
  return {
    type: "model",
    id: model.id,
    display_name: model.name,
    created_at: "2026-01-01T00:00:00Z",
    line: model.line,
    lifecycle: model.isRetired ? "retired" : model.retiresAt === undefined ? "active" : "deprecated",
    deprecated_at: model.retiresAt === undefined ? null : "2026-01-01T00:00:00Z",
    retires_at: model.retiresAt ?? null,
    max_input_tokens: contextTokens,
    max_tokens: mostOutputTokens,
    capabilities: {
      batch: can(true),
      citations: can(true),
      code_execution: can(true),
      context_management: {
        supported: true,
        clear_thinking_20251015: can(true),
        clear_tool_uses_20250919: can(true),
        compact_20260112: can(true),
      },
      effort: {
        supported: thinks,
        low: can(thinks),
        medium: can(thinks),
        high: can(thinks),
        xhigh: can(thinks),
        max: can(thinks),
      },
      image_input: can(true),
      pdf_input: can(true),
      server_tools: { supported: true, code_execution: can(true), web_search: can(true) },
      structured_outputs: can(model.hasStructuredOutputs),
      thinking: {
        supported: thinks,
        types: {
          adaptive: can(model.thinking.includes("adaptive")),
          enabled: can(model.thinking.includes("enabled")),
          disabled: can(model.thinking.includes("disabled")),
          between_tools: can(model.thinking.includes("between_tools")),
        },
      },
    },
  };
}
