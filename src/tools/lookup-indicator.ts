import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { wellKnownBenign } from "../intel/benign.ts";
import { type IndicatorValue, normalised } from "../intel/indicator.ts";
import { statement } from "../store/statement.ts";
import { asked } from "./answer.ts";
import { knownEntity } from "./known-entity.ts";
import { ownRows } from "./own-rows.ts";
import type { Tool } from "./tool.ts";

const input = z.strictObject({
  value: z.string().min(1).max(2000).describe("an address, domain, URL, mail address or file hash"),
});

const indicatorRow = z.object({
  indicator_uid: z.string(),
  type: z.string(),
  value: z.string(),
  feed_name: z.string(),
  confidence: z.coerce.number().nullable(),
  severity: z.string().nullable(),
  labels: z.array(z.string()),
  attack_techniques: z.array(z.string()),
  description: z.string().nullable(),
  first_valid: z.string().nullable(),
  last_valid: z.string().nullable(),
  is_expired: z.union([z.boolean(), z.coerce.number()]),
});
const sightingRow = z.object({
  table_name: z.string(),
  event_uid: z.string(),
  moment: z.string(),
  matched_column: z.string(),
  sightings: z.coerce.number(),
});

/** Whether the indicators that were taken in know a value. No other place is asked. */
export const lookupIndicator: Tool<typeof input> = {
  name: "lookup_indicator",
  title: "Look a value up in the indicators",
  description:
    "Looks an address, domain, URL, mail address or file hash up in the indicators that this store holds; nothing outside is asked. A value that no list knows is unknown, not harmless.",
  input,
  async run({ value }, context) {
    const { privacy, window } = context;
    const known = normalised(await valueBehind(value, context));
    if (known === null) throw new SpoorError("usage", "that is no address, domain, URL, mail address or file hash");
    const lookup = await statement(import.meta.url, "indicator-lookup.sql");
    const rows = await ownRows(
      context,
      lookup,
      {
        type: known.type,
        value: known.value,
        names: namesOf(known),
        address: known.type === "ip" ? known.value : "",
        now: window.to,
      },
      indicatorRow,
    );
    const sightings =
      rows.length === 0
        ? []
        : await ownRows(
            context,
            await statement(import.meta.url, "indicator-sightings.sql"),
            { uids: rows.map((row) => row.indicator_uid) },
            sightingRow,
          );
    const events = sightings.map((row) => ({
      table: row.table_name,
      event_id: privacy.hide("event", row.event_uid),
      time: row.moment,
      matched_column: row.matched_column,
    }));
    return {
      value: {
        value,
        type: known.type,
        well_known: wellKnownBenign(known),
        indicators: rows.map((row) => ({
          type: row.type,
          is_this_value: row.type === known.type && row.value === known.value,
          feed: privacy.hideText(row.feed_name, 80),
          confidence: row.confidence,
          severity: row.severity,
          labels: row.labels.slice(0, 10).map((label) => privacy.hideText(label, 60)),
          techniques: row.attack_techniques.slice(0, 20).map((id) => privacy.hideText(id, 20)),
          description: row.description === null ? null : privacy.hideText(row.description, 200),
          valid_from: row.first_valid,
          valid_until: row.last_valid,
          is_expired: Boolean(row.is_expired),
        })),
        sightings: sightings[0]?.sightings ?? 0,
        latest_sightings: events,
        ...(rows.length === 0 ? { note: "no list that was taken in knows this value; that is not a sign of innocence" } : {}),
      },
      eventIds: events.map(({ event_id }) => event_id),
      statement: asked(
        lookup,
        { type: known.type, value },
        rows.map(({ indicator_uid }) => indicator_uid),
      ),
    };
  },
};

/** A value that is nobody's name here may still be looked up: the lists are about the outside. */
async function valueBehind(value: string, { privacy }: Parameters<typeof lookupIndicator.run>[1]): Promise<string> {
  try {
    return await knownEntity(value, privacy);
  } catch (thrown) {
    if (thrown instanceof SpoorError && thrown.code === "not-found") return value;
    throw thrown;
  }
}

/** A name and its parents of at least two labels. */
function namesOf({ type, value }: IndicatorValue): string[] {
  const name =
    type === "domain"
      ? value
      : type === "email"
        ? (value.split("@")[1] ?? "")
        : type === "url"
          ? (value.split("/")[0] ?? "")
          : "";
  const labels = name.split(".");
  return labels.slice(0, -1).map((_, position) => labels.slice(position).join("."));
}
