import { z } from "zod";
import { type Config, configSchema } from "../config.ts";
import { SpoorError } from "../errors.ts";

/** The settings that a cell gave, checked. Throws as configuration. */
export function configGiven(settings: z.input<typeof configSchema>): Config {
  const parsed = configSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new SpoorError("configuration", z.prettifyError(parsed.error), { hint: "docs/guide/settings.md tells every setting." });
}

/** A span of days, hours and minutes as ISO 8601 writes it ("P7D", "PT12H"), in milliseconds. Throws as usage error. */
export function spanMilliseconds(interval: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(interval);
  const [days = 0, hours = 0, minutes = 0] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = ((days * 24 + hours) * 60 + minutes) * 60_000;
  if (total > 0) return total;
  throw new SpoorError("usage", `${interval} is not a span such as P7D or PT12H`);
}

/** A time that a cell gave (ISO 8601). Throws as usage error. */
export function timeGiven(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new SpoorError("usage", `${text} is not a time such as 2026-11-01T00:00:00Z`);
  return time;
}
