import { hostname } from "node:os";
import { httpClient } from "../collect/http-client.ts";
import { Redaction } from "../collect/redact.ts";
import { secretResolver } from "../collect/secrets.ts";
import { sleep } from "../collect/sleep.ts";
import type { Config } from "../config.ts";
import { SpoorError } from "../errors.ts";
import { readPublication } from "../publish/publication.ts";
import { publish } from "../publish/publish.ts";
import type { Publisher } from "../publish/publisher.ts";
import { publisherOf } from "../publish/publishers.ts";
import { readRecordOf, writeRecord } from "../publish/record.ts";
import { targetsOf } from "../publish/settings.ts";
import { loadTicketing } from "../publish/ticket.ts";
import { tlpLabel } from "../report/settings.ts";
import type { Gap } from "../types.ts";
import { versions } from "../versions.ts";
import type { Session } from "./session.ts";
import { inert } from "./terminal.ts";

/** Places made ready, and what is to be published there. */
export interface Publishing {
  readonly publishers: readonly Publisher[];
  readonly redaction: Redaction;
}

/**
 * Makes the places ready that `wanted` or the settings name; nothing is touched. Rejects as usage or configuration error where none is
 * named, or an address or a secret cannot be had.
 */
export async function publishingOf(
  config: Config,
  wanted: readonly string[],
  options: { readonly models?: boolean },
  session: Session,
): Promise<Publishing> {
  const targets = targetsOf(wanted, config.publish);
  if (targets.length === 0)
    throw new SpoorError("usage", "no place to publish to is named", {
      hint: "Name one with --to (s3, s3://bucket/key, folder:DIR, …), or under publish: in the settings (--config).",
    });
  const redaction = new Redaction();
  const { signal, environment } = session;
  const http = httpClient({ fetch: globalThis.fetch, now: Date.now, sleep, random: Math.random, signal, redaction });
  const making = {
    s3: config.s3,
    models: options.models ?? config.publish.models,
    environment,
    secret: secretResolver({ environment, http, redaction, signal }),
    fetch: globalThis.fetch,
    clock: () => new Date(),
    hostname: hostname(),
    version: versions.spoor,
  };
  const publishers: Publisher[] = [];
  for (const target of targets) publishers.push(await publisherOf(target, making));
  return { publishers, redaction };
}

/** What is written on tickets beside the results. */
export function ticketingOf(config: Config) {
  return loadTicketing({
    timeZone: config.report.timeZone,
    marking: tlpLabel(config.report.tlp),
    settings: config.collect,
    ...(config.sources === undefined ? {} : { sources: config.sources }),
  });
}

/** Reads the results of the last run whole. */
export async function publicationIn(config: Config) {
  return readPublication(config.out, { case: config.publish.case, ticketing: await ticketingOf(config) });
}

/**
 * Publishes the results in the folder of the settings, tells of it, and writes publish.json beside them. Gives a gap for each place that
 * did not get everything, and what to do about it; the results themselves are only read. Rejects as cancelled when what was sent until
 * then is written down.
 */
export async function publishResults(
  { publishers, redaction }: Publishing,
  config: Config,
  { signal }: Session,
  tell: (line: string) => void,
): Promise<{ readonly gaps: readonly Gap[]; readonly hint: string | undefined }> {
  const publication = await publicationIn(config);
  const { record, gaps, hint } = await publish(publishers, publication, await readRecordOf(config.out), {
    clock: () => new Date(),
    sleep,
    random: Math.random,
    signal,
    strike: (text) => redaction.strike(text),
  });
  for (const name of new Set(publishers.map((one) => one.name))) {
    const here = record.deliveries.filter(({ target }) => target === name);
    const counted = (["written", "sent", "unchanged", "failed", "not tried"] as const).flatMap((result) => {
      const count = here.filter((one) => one.result === result).length;
      return count === 0 ? [] : [`${count} ${result === "unchanged" ? "there already" : result}`];
    });
    tell(`Published to ${inert(name)}: ${counted.join(", ") || "nothing to publish"}`);
    const reason = gaps.find(({ part }) => part === name)?.reason;
    if (reason !== undefined) tell(`  ${inert(reason)}`);
  }
  await writeRecord(config.out, record);
  signal.throwIfAborted();
  return { gaps, hint };
}

/** The error that a failed publication ends with: the results are whole where they were written. */
export function unpublished(gaps: readonly Gap[], places: number, hint: string | undefined, out: string): SpoorError {
  const reasons = gaps.map(({ reason }) => reason).join("\n");
  return new SpoorError(
    "publish-failed",
    `${new Set(gaps.map(({ part }) => part)).size} of ${places} places did not get everything; the results are whole in ${out}\n${reasons}`,
    hint === undefined ? {} : { hint },
  );
}
