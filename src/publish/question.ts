import type { HuntingQuestion } from "../sources/hunting-language.ts";
import { epochMilliseconds, hourMs } from "../time.ts";
import type { Finding, ObservableName, Window } from "../types.ts";
import { engineTime } from "../world.ts";

/** What one would ask of a finding's events in any product, by its observables; the most telling question first. */
export function questionsOf(finding: Finding): HuntingQuestion[] {
  const window = around(finding);
  const all = (...names: readonly ObservableName[]): string[] =>
    finding.observables.flatMap(({ name, value }) => (names.includes(name) && isPlain(value) ? [value] : []));
  const one = (...names: readonly ObservableName[]): string | undefined => all(...names)[0];
  const questions: HuntingQuestion[] = [];

  const [source, destination, port] = [one("src_endpoint.ip"), one("dst_endpoint.ip"), Number(one("dst_endpoint.port"))];
  if (source !== undefined && destination !== undefined && port > 0 && port < 65_536)
    questions.push({ kind: "connections", window, source, destination, port });
  const device = one("device.hostname", "src_endpoint.hostname")?.toLowerCase().split(".")[0];
  const programs = [...new Set(all("process.name").map((name) => name.toLowerCase()))].sort().slice(0, 5);
  if (device !== undefined && device !== "" && programs.length > 0)
    questions.push({ kind: "processes", window, device, programs });
  const mailbox = all("user.name", "actor.user.name")
    .find((name) => name.includes("@"))
    ?.toLowerCase();
  const host = one("url.hostname")?.toLowerCase();
  if (mailbox !== undefined && host !== undefined) questions.push({ kind: "clicks", window, account: mailbox, host });
  const sources = [...new Set(all("src_endpoint.ip"))].sort().slice(0, 5);
  if (mailbox !== undefined && sources.length > 0) questions.push({ kind: "sign-ins", window, account: mailbox, sources });
  const account = all("user.name", "actor.user.name")
    .find((name) => !name.includes("@"))
    ?.toLowerCase();
  if (account !== undefined && source !== undefined) questions.push({ kind: "logons", window, account, source });
  const sender = one("email.from")?.toLowerCase();
  if (sender !== undefined) questions.push({ kind: "messages", window, sender });
  const name = one("query.hostname")?.toLowerCase();
  if (name !== undefined) questions.push({ kind: "names", window, name });
  return questions;
}

// What holds control or hidden characters, or is very long, is not asked about: it is no name of anything.
function isPlain(value: string): boolean {
  return value.length <= 200 && value !== "" && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}

/** The whole hours around a finding, with half of one to spare. */
function around({ firstSeen, lastSeen }: Finding): Window {
  const from = Math.floor((epochMilliseconds(firstSeen) - hourMs / 2) / hourMs) * hourMs;
  const to = Math.ceil((epochMilliseconds(lastSeen) + hourMs / 2) / hourMs) * hourMs;
  return { from: engineTime(new Date(from)), to: engineTime(new Date(to)) };
}
