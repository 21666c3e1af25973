import { z } from "zod";

/** The levels of the Traffic Light Protocol 2.0 (FIRST), the widest audience first. */
export const tlpLevels = ["clear", "green", "amber", "amber+strict", "red"] as const;
export type TlpLevel = (typeof tlpLevels)[number];

/** How a report is marked and laid out, wherever it goes. */
export const reportSettings = z.strictObject({
  /** Who may see it: printed at the head and foot of every page, and in the STIX bundle. */
  tlp: z.enum(tlpLevels).default("amber"),
  /** IANA time zone of the readers; its times stand beside UTC. */
  timeZone: z.string().refine(isTimeZone, { error: "is not a time zone such as Europe/Berlin" }).default("UTC"),
  /** Whose report it is, for the head of each page. */
  organisation: z.string().max(80).optional(),
  /** A folder with the team's own head.md, foot.md, executive.md and report.md. */
  templates: z.string().optional(),
});
export type ReportSettings = z.infer<typeof reportSettings>;

/** "TLP:AMBER+STRICT", as the protocol wants it written. */
export function tlpLabel(level: TlpLevel): string {
  return `TLP:${level.toUpperCase()}`;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
