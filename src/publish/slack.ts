import { visible } from "../charts/text.ts";
import { clipped } from "../findings/text.ts";
import type { Publication } from "./publication.ts";

// Slack's limits: 150 characters in a header, 3000 in a section, 50 blocks a message.
const mostStories = 10;
const mostCharacters = 2_900;

/** How a run ended, in one line of our own words and numbers. */
export function headlineOf({ keys, counts, alerts }: Publication): string {
  return `Threat hunt ${keys.date}: ${counts.stories} stories, ${alerts.length} findings at or above High, ${counts.gaps} gaps`;
}

/** Blocks of a message: every text in them is plain, so nothing that a log says becomes a link, a mention or markup. */
export function blocksOf(publication: Publication): object[] {
  const { stories, tickets, window } = publication;
  const best = [...stories].sort((a, b) => b.score - a.score || (a.uid < b.uid ? -1 : 1)).slice(0, mostStories);
  const rest = stories.length - best.length;
  return [
    { type: "header", text: plain(headlineOf(publication).slice(0, 150)) },
    section(`Window: ${window.from.slice(0, 16)} to ${window.to.slice(0, 16)} UTC. Case: ${publication.keys.case}.`),
    ...best.flatMap(({ uid }) => [{ type: "divider" }, section(tickets.get(uid) ?? "")]),
    ...(rest === 0 ? [] : [section(`and ${rest} more stories: see the report`)]),
  ];
}

function section(text: string): object {
  return { type: "section", text: plain(clipped(text, mostCharacters)) };
}

// Angle brackets are how Slack writes mentions and links; where plain text is not understood, they would be.
function plain(text: string): object {
  const harmless = visible(text, { keepLines: true }).replaceAll("<", "‹").replaceAll(">", "›");
  return { type: "plain_text", text: harmless, emoji: false };
}
