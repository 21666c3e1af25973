import { visible } from "../charts/text.ts";
import { digest } from "../objects/folder.ts";
import { epochMilliseconds } from "../time.ts";
import type { Publication } from "./publication.ts";
import { headlineOf } from "./slack.ts";

export interface MailParties {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * A mail with the tickets as its plain text and the report attached, as RFC 5322 bytes: ready for a mail program or `sendmail -t`. The
 * same publication gives the same bytes.
 */
export async function mailOf(publication: Publication, { from, to }: MailParties): Promise<Buffer> {
  const { stories, tickets, results, keys } = publication;
  const attached = results.filter(({ name }) => name === "report.html" || name === "report.md");
  const text = [headlineOf(publication), ...stories.map(({ uid }) => tickets.get(uid) ?? "")].join(`\n\n${"-".repeat(72)}\n\n`);
  const identity = digest(Buffer.from(`${publication.runUid}\n${keys.case}\n${text}`)).slice(0, 32);
  // Loaded when a mail is written: no other command waits for it.
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const mail = new MailComposer({
    from,
    to: [...to],
    subject: headlineOf(publication),
    // A ticket's lines are harmless already; this is the last door.
    text: visible(text, { keepLines: true }),
    date: new Date(epochMilliseconds(publication.recordedTime)),
    messageId: `<${identity}@spoor.invalid>`,
    baseBoundary: identity,
    attachments: attached.map(({ name, bytes, contentType }) => ({
      filename: `${keys.date}-${name}`,
      content: bytes,
      contentType,
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}
