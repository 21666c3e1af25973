import { createHmac } from "node:crypto";
import { canonicalJson } from "../findings/canonical-json.ts";
import { digest } from "../objects/folder.ts";
import type { Finding, Story } from "../types.ts";
import type { Hook } from "./hook.ts";
import { type PostEffects, post } from "./post.ts";
import type { Publication } from "./publication.ts";
import type { Publisher } from "./publisher.ts";
import { blocksOf, headlineOf } from "./slack.ts";

/**
 * Posts one JSON document with the run's stories, their tickets and the findings at or above the alert line. Idempotency-Key is the same
 * for the same findings; with a secret, X-Spoor-Signature is "sha256=" and the HMAC-SHA256 of "TIMESTAMP.BODY" in hexadecimal, where
 * TIMESTAMP (seconds since 1970) is that of X-Spoor-Timestamp.
 */
export function webhookPublisher(hook: Hook, secret: string | null, effects: PostEffects): Publisher {
  return {
    name: hook.name,
    isForgetful: true,
    parcels: (publication) => {
      const content = contentOf(publication);
      const sha256 = digest(Buffer.from(canonicalJson(content)));
      const body = canonicalJson({ ...content, run_uid: publication.runUid, recorded_time: publication.recordedTime });
      const send = async (signal: AbortSignal) => {
        const timestamp = String(Math.floor(effects.clock().getTime() / 1000));
        const signature = secret === null ? {} : { "x-spoor-signature": `sha256=${signed(secret, `${timestamp}.${body}`)}` };
        await post(hook, body, { "idempotency-key": sha256, "x-spoor-timestamp": timestamp, ...signature }, effects, signal);
        return "sent" as const;
      };
      return [{ name: "report", place: hook.name, sha256, bytes: Buffer.byteLength(body), deliver: send }];
    },
  };
}

/** Posts one message for people: a headline and a block a story, all of it plain text. */
export function slackPublisher(hook: Hook, effects: PostEffects): Publisher {
  return {
    name: hook.name,
    isForgetful: true,
    parcels: (publication) => {
      const body = JSON.stringify({
        // Programs that show no blocks show this instead: words of our own only, for here a log's words could mention people.
        text: headlineOf(publication),
        link_names: false,
        unfurl_links: false,
        unfurl_media: false,
        blocks: blocksOf(publication),
      });
      const sha256 = digest(Buffer.from(body));
      const send = async (signal: AbortSignal) => {
        await post(hook, body, {}, effects, signal);
        return "sent" as const;
      };
      return [{ name: "message", place: hook.name, sha256, bytes: Buffer.byteLength(body), deliver: send }];
    },
  };
}

/** HMAC-SHA256 in hexadecimal. */
function signed(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text, "utf8").digest("hex");
}

function contentOf({ keys, window, counts, stories, tickets, alerts }: Publication) {
  return {
    kind: "spoor.report",
    version: 1,
    case: keys.case,
    window,
    counts: { ...counts, alerts: alerts.length },
    stories: stories.map((story) => storyOf(story, tickets.get(story.uid) ?? "")),
    findings: alerts.slice(0, 200).map(findingOf),
  };
}

function storyOf(story: Story, ticket: string) {
  const { uid, title, severity, score, firstSeen, lastSeen, techniques, entities } = story;
  return { uid, title, severity, score, first_seen: firstSeen, last_seen: lastSeen, techniques, entities, ticket };
}

function findingOf(finding: Finding) {
  const { uid, detector, title, severity, score, confidence, firstSeen, lastSeen, isWithinBudget, observables } = finding;
  const techniques = finding.attacks.map(({ technique, subTechnique }) => (subTechnique ?? technique).uid);
  return {
    uid,
    detector,
    title,
    severity,
    score,
    confidence,
    first_seen: firstSeen,
    last_seen: lastSeen,
    observables,
    techniques: [...new Set(techniques)].sort(),
    is_within_budget: isWithinBudget,
  };
}
