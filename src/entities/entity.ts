/** Who or what a finding is about, under one name for all its names. */
export interface Entity {
  readonly kind: "user" | "device" | "ip" | "domain";
  readonly value: string;
}

/** An entity as one text, for keys and for the reader: "device ws-12". */
export function entityKey(entity: Entity): string {
  return `${entity.kind} ${entity.value}`;
}
