import { isIP } from "node:net";
import { recordOf } from "../hypotheses/knowledge.ts";
import type { NameKind } from "../privacy/privacy.ts";
import type { Json } from "../reasoner/port.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { HuntEvidence, HuntResult, Hypothesis, ObservableName } from "../types.ts";

/** What the model is told of a hypothesis at the start, names hidden; and the events that this shows. */
export interface Digest {
  readonly value: Json;
  readonly eventIds: readonly string[];
  /** The entities of the hypothesis under the names that the model knows. */
  readonly names: readonly string[];
}

const most = { entities: 20, hunts: 8, rows: 5, eventIds: 8, steps: 10, memory: 5 } as const;

/** Pure but for `privacy`: the same hypothesis and results give the same text. */
export function digestOf(
  hypothesis: Hypothesis,
  results: readonly HuntResult[],
  memory: readonly string[],
  context: ToolContext,
): Digest {
  const { privacy } = context;
  const text = (value: string, limit = 500) => privacy.hideText(value, limit);
  const names = hypothesis.entities.slice(0, most.entities).map((entity) => privacy.hide(kindOfName(entity, context), entity));
  const shown = results.slice(0, most.hunts);
  const rowsOf = (result: HuntResult) => result.evidence.slice(0, most.rows);
  const idsOf = (row: HuntEvidence) => row.eventIds.slice(0, most.eventIds).map((id) => privacy.hide("event", id));
  const value: Json = {
    hypothesis: {
      title: text(hypothesis.title, 300),
      description: text(hypothesis.description, 1200),
      entities: names,
      techniques: [...hypothesis.techniques],
      window: { from: hypothesis.window.from, to: hypothesis.window.to },
      supported_if: text(hypothesis.supportsIf),
      refuted_if: text(hypothesis.refutedIf),
      benign_explanation: text(hypothesis.benignExplanation),
      hunting_steps: hypothesis.huntingSteps.slice(0, most.steps).map((step) => text(step)),
    },
    known_of_technique: knownOf(hypothesis, context),
    library_hunts: shown.map((result) => ({
      hunt: result.huntId,
      status: result.status,
      techniques: [...result.techniques],
      read: result.coverage.map(({ table, rows }) => ({ table, rows })),
      evidence: rowsOf(result).map((row) => ({
        time: row.timestamp,
        text: text(row.description, 400),
        event_ids: idsOf(row),
        rows: row.rowCount,
      })),
    })),
    past_hunts: memory.slice(0, most.memory).map((record) => text(record, 800)),
  };
  const eventIds = shown.flatMap((result) => rowsOf(result).flatMap(idsOf));
  return { value, eventIds: [...new Set(eventIds)], names };
}

/** What our own knowledge says of the technique: words of ours that hold no name, so nothing in them is hidden. */
function knownOf({ techniques }: Hypothesis, { attack }: ToolContext): Json {
  const record = techniques.map((id) => recordOf(id, attack)).find((one) => one !== null);
  if (record === undefined || record === null) return null;
  return {
    technique: record.technique,
    title: record.title,
    behaviour: record.behaviour,
    seen_in: record.seenIn.map(({ table, columns, shows }) => ({ table, columns: [...columns], shows })),
    steps: [...record.steps],
    indicators: [...record.indicators],
    supported_if: record.supportsIf,
    refuted_if: record.refutedIf,
    benign: record.benign,
  };
}

const kinds: Partial<Record<ObservableName, NameKind>> = {
  "src_endpoint.ip": "ip",
  "dst_endpoint.ip": "ip",
  "device.ip": "ip",
  "src_endpoint.hostname": "host",
  "dst_endpoint.hostname": "host",
  "device.hostname": "host",
  "actor.user.name": "user",
  "user.name": "user",
  "email.from": "mail",
  "email.to": "mail",
  "query.hostname": "domain",
  "url.hostname": "domain",
};

/** What kind of name an entity of a hypothesis is: as a finding or a story has it, else by its form. */
export function kindOfName(value: string, { findings, stories }: Pick<ToolContext, "findings" | "stories">): NameKind {
  if (isIP(value) !== 0) return "ip";
  if (value.includes("@")) return "mail";
  for (const { observables } of findings) {
    const kind = observables.map((one) => (one.value === value ? kinds[one.name] : undefined)).find((one) => one !== undefined);
    if (kind !== undefined) return kind;
  }
  const entity = stories.flatMap(({ entities }) => entities).find((one) => one.value === value);
  if (entity !== undefined) return entity.kind === "device" ? "host" : entity.kind;
  return value.includes(".") ? "domain" : "host";
}
