import { backOff } from "../collect/retry-delay.ts";
import type { Sleep } from "../collect/sleep.ts";
import { messageOf, SpoorError } from "../errors.ts";
import type { Gap } from "../types.ts";
import { engineTime } from "../world.ts";
import type { Publication } from "./publication.ts";
import { NoUseTrying, type Parcel, ParcelRefused, type Publisher } from "./publisher.ts";
import { type Delivery, keepSent, type PublishRecord } from "./record.ts";

/** What publishing needs of the outside. */
export interface PublishEffects {
  readonly clock: () => Date;
  readonly sleep: Sleep;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** What leaves as text passes through this: secrets are struck out. */
  readonly strike: (text: string) => string;
}

/** What publishing came to. */
export interface Published {
  readonly record: PublishRecord;
  /** One for each place that did not get everything. */
  readonly gaps: readonly Gap[];
  /** What to do about the first of them. */
  readonly hint: string | undefined;
}

const mostTries = 4;

const stopped = "publishing was stopped";

/**
 * Brings a publication to each place in turn. A place that fails is told and holds no other up; what it got before stays. The local
 * results are only read. Never rejects: where the signal aborts, the record says what was sent until then, so that it is not sent again.
 */
export async function publish(
  publishers: readonly Publisher[],
  publication: Publication,
  earlier: PublishRecord | null,
  effects: PublishEffects,
): Promise<Published> {
  const deliveries: Delivery[] = [];
  const gaps: Gap[] = [];
  let sent = earlier?.sent ?? [];
  let hint: string | undefined;
  const fail = ({ name }: Publisher, thrown: unknown): string => {
    const reason = effects.strike(messageOf(thrown));
    hint ??= thrown instanceof SpoorError ? thrown.hint : undefined;
    gaps.push({ stage: "publish", part: name, kind: "failed", reason });
    return reason;
  };
  for (const publisher of publishers) {
    let failed: string | null = null;
    let parcels: readonly Parcel[] = [];
    try {
      parcels = await publisher.parcels(publication);
    } catch (thrown) {
      fail(publisher, thrown);
    }
    for (const parcel of parcels) {
      if (effects.signal.aborted) failed = stopped;
      const time = engineTime(effects.clock());
      const started = effects.clock().getTime();
      const { name, place, sha256, bytes } = parcel;
      const about = { target: publisher.name, name, place, sha256, bytes, time };
      if (failed !== null) {
        deliveries.push({ ...about, seconds: 0, result: "not tried", reason: failed });
        continue;
      }
      const isKnown = publisher.isForgetful && sent.some((one) => one.target === publisher.name && one.sha256 === sha256);
      try {
        const result = isKnown ? "unchanged" : await patiently(parcel, effects);
        if (result === "sent") sent = keepSent(sent, { target: publisher.name, sha256, time });
        deliveries.push({ ...about, seconds: (effects.clock().getTime() - started) / 1000, result });
      } catch (thrown) {
        const reason = effects.signal.aborted ? stopped : fail(publisher, thrown);
        deliveries.push({ ...about, seconds: (effects.clock().getTime() - started) / 1000, result: "failed", reason });
        // A message that is too long says nothing of the next one; a place that is away will be away for the next one too.
        if (!(thrown instanceof ParcelRefused)) failed = "the place failed before";
      }
    }
  }
  return { record: { format: "spoor-publish", formatVersion: 1, run_uid: publication.runUid, deliveries, sent }, gaps, hint };
}

async function patiently(parcel: Parcel, { sleep, random, signal }: PublishEffects): ReturnType<Parcel["deliver"]> {
  for (let tries = 1; ; tries += 1)
    try {
      return await parcel.deliver(signal);
    } catch (thrown) {
      const isLasting = thrown instanceof NoUseTrying || (thrown instanceof SpoorError && thrown.code !== "publish-failed");
      if (signal.aborted || isLasting || tries >= mostTries) throw thrown;
      await sleep(backOff(tries, random), signal);
    }
}
