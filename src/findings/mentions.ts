import { type Entity, entityKey } from "../entities/entity.ts";
import type { Entities } from "../entities/resolve.ts";
import type { Finding, ObservableName } from "../types.ts";

/** A finding names an entity: as the one it is about (subject) or as the one something was done to or with (object). */
export interface Mention {
  readonly entity: Entity;
  readonly key: string;
  readonly role: "subject" | "object";
  /** 1 when the finding names few of the kind, less the more it names: one of 200 sprayed accounts says little. */
  readonly share: number;
}

type Naming = (value: string, finding: Finding, entities: Entities) => Entity | null;

const byUser: Naming = (value, _, entities) => entities.user(value);
const byDevice: Naming = (value, _, entities) => entities.device(value);
const byAddress: Naming = (value, finding, entities) => entities.address(value, finding.firstSeen);
const byHost: Naming = (value, _, entities) => entities.host(value);

const roles: Partial<Record<ObservableName, { readonly role: Mention["role"]; readonly naming: Naming }>> = {
  "device.hostname": { role: "subject", naming: byDevice },
  "device.uid": { role: "subject", naming: (value, _, entities) => entities.deviceOfUid(value) },
  "device.ip": { role: "subject", naming: byAddress },
  "src_endpoint.hostname": { role: "subject", naming: byDevice },
  "src_endpoint.ip": { role: "subject", naming: byAddress },
  "actor.user.name": { role: "subject", naming: byUser },
  "user.name": { role: "subject", naming: byUser },
  "email.to": { role: "subject", naming: byUser },
  "email.from": { role: "object", naming: byUser },
  "dst_endpoint.hostname": { role: "object", naming: byHost },
  "dst_endpoint.ip": { role: "object", naming: byAddress },
  "query.hostname": { role: "object", naming: byHost },
  "url.hostname": { role: "object", naming: byHost },
};

// A finding may be about so many of one kind before each of them counts for less.
const fullShare = 3;

/** The entities that a finding names, one each: one that is both counts as subject. */
export function mentionsOf(finding: Finding, entities: Entities): Mention[] {
  const found = new Map<string, Omit<Mention, "share">>();
  for (const { name, value } of finding.observables) {
    const rule = roles[name];
    const entity = rule?.naming(value, finding, entities) ?? null;
    if (rule === undefined || entity === null) continue;
    const key = entityKey(entity);
    if (found.get(key)?.role !== "subject") found.set(key, { entity, key, role: rule.role });
  }
  const mentions = [...found.values()];
  const count = (one: Omit<Mention, "share">) =>
    mentions.filter(({ entity, role }) => entity.kind === one.entity.kind && role === one.role).length;
  return mentions.map((one) => ({ ...one, share: Math.min(1, fullShare / count(one)) }));
}
