import { z } from "zod";
import { messageOf, SpoorError } from "../errors.ts";
import { statement } from "../store/statement.ts";
import { type Severity, severities } from "../types.ts";
import { engineTime, type World } from "../world.ts";

/** Where findings go as they are made. */
export interface Sink {
  /** For records and messages: never with a secret in it. */
  readonly name: string;
  /** Hands out one finding, an OCSF document on one line; resolves when it has arrived as far as that can be known. */
  send(
    finding: { readonly uid: string; readonly severity: Severity; readonly document: string },
    signal: AbortSignal,
  ): Promise<void>;
}

/** A sink that takes findings, but not this one: the others need not wait for it. */
export class FindingRefused extends SpoorError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super("publish-failed", message, options);
  }
}

const finding = z.object({ finding_uid: z.string(), severity: z.enum(severities), document: z.string() });

/**
 * Hands out what a sink has not been given yet, best first, and writes down each after it has arrived: what a kill leaves in between is
 * sent again, under the same uid. A sink that fails becomes a gap, and gets the rest the next time; a finding that it refuses holds no
 * other up. Gives how many arrived.
 */
export async function deliver(sink: Sink, least: Severity, world: World): Promise<number> {
  const wanted = severities.slice(severities.indexOf(least));
  const sql = await statement(import.meta.url, "undelivered.sql");
  const waiting = await world.store.query(sql, { severities: [...wanted], sink: sink.name }, finding, { signal: world.signal });
  let arrived = 0;
  let refused = 0;
  let refusal = "";
  for (const { finding_uid: uid, severity, document } of waiting) {
    world.signal.throwIfAborted();
    try {
      await sink.send({ uid, severity, document }, world.signal);
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      if (thrown instanceof FindingRefused) {
        refused += 1;
        refusal = thrown.message;
        continue;
      }
      const left = waiting.length - arrived;
      const reason = `${messageOf(thrown)}: ${left} findings wait for the next time`;
      world.gaps.add({ stage: "publish", part: sink.name, kind: "failed", reason, count: left });
      return arrived;
    }
    arrived += 1;
    // A finding that was given as High is not given again when it falls to Medium and rises.
    const below = severities.slice(0, severities.indexOf(severity) + 1);
    const recorded_time = engineTime(world.clock());
    const rows = below.map((one) => ({ finding_uid: uid, sink: sink.name, severity: one, recorded_time }));
    await world.store.insert("delivery", rows, { signal: world.signal });
  }
  if (refused > 0) {
    const reason = `${refusal}: ${refused} findings were refused, and are offered again later`;
    world.gaps.add({ stage: "publish", part: sink.name, kind: "failed", reason, count: refused });
  }
  return arrived;
}
