import { isIP } from "node:net";
import type { Entity } from "../../entities/entity.ts";
import { mentionsOf } from "../../findings/mentions.ts";
import { oneLine } from "../../findings/text.ts";
import type { NameKind, Privacy } from "../../privacy/privacy.ts";
import type { Situation } from "../situation.ts";

/** The names that a digest shows, in the order in which they are first met. */
export class Names {
  readonly #privacy: Privacy;
  readonly #shown = new Map<string, { readonly shown: string; readonly kind: NameKind; readonly value: string }>();

  constructor(privacy: Privacy) {
    this.#privacy = privacy;
  }

  of(kind: Entity["kind"], value: string): string {
    const nameKind = nameKindOf(kind, value);
    const shown = this.#privacy.hide(nameKind, value);
    if (!this.#shown.has(shown)) this.#shown.set(shown, { shown, kind: nameKind, value });
    return shown;
  }

  /** An entity of a hypothesis, whose kind is not written beside it: as findings, stories and inventories know it. */
  known(value: string, kinds: ReadonlyMap<string, Entity["kind"]>): string {
    return this.of(kinds.get(value) ?? guessedKind(value), value);
  }

  /** A sentence about logs, with its names hidden. */
  text(text: string, limit: number): string {
    // Tokens are longer than what they stand for.
    return this.#privacy.hideText(oneLine(text, limit), 2 * limit);
  }

  list(): { readonly shown: string; readonly kind: NameKind; readonly value: string }[] {
    return [...this.#shown.values()];
  }
}

/** The kind of every entity that findings, stories and inventories name, by its value. */
export function kindsIn({ findings, stories, exposures, entities }: Situation): Map<string, Entity["kind"]> {
  const kinds = new Map<string, Entity["kind"]>();
  for (const [value, { kind }] of exposures) if (kind !== undefined) kinds.set(value, kind);
  for (const story of stories) for (const { kind, value } of story.entities) kinds.set(value, kind);
  for (const finding of findings) for (const { entity } of mentionsOf(finding, entities)) kinds.set(entity.value, entity.kind);
  return kinds;
}

function guessedKind(value: string): Entity["kind"] {
  if (isIP(value) !== 0) return "ip";
  if (value.includes("@")) return "user";
  return value.includes(".") ? "domain" : "device";
}

function nameKindOf(kind: Entity["kind"], value: string): NameKind {
  if (kind === "user") return value.includes("@") ? "mail" : "user";
  if (kind === "device") return isIP(value) === 0 ? "host" : "ip";
  return kind;
}
