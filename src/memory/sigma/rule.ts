import { stringify } from "yaml";
import type { Attack } from "../../attack/attack.ts";
import { oneLine } from "../../findings/text.ts";
import { uuidOf } from "../../report/formats/uuid.ts";
import type { Severity } from "../../types.ts";
import type { BackTest } from "./back-test.ts";
import type { LogSource } from "./log-sources.ts";
import type { RuleValues } from "./values.ts";

/** What a rule is made from, whether it was a finding or a hunt. */
export interface RuleSubject {
  readonly kind: "finding" | "hunt";
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly techniques: readonly string[];
  readonly severity: Severity;
  /** The innocent reading. */
  readonly benign: string;
  /** Day of the last event behind it: "2026-11-08". */
  readonly date: string;
  readonly values: RuleValues;
}

/** A namespace of our own for rule ids (RFC 9562): the same result gives the same id. */
const namespace = "5f0b2a58-0d0e-5c0c-9a55-1c3f6b8a2d11";

/**
 * A rule as Sigma's specification 2 has it, status experimental, with what the store's own history says of it in its description.
 * Every text is a double-quoted YAML string in which control and invisible characters are escaped: exact for a program, inert for a
 * reader.
 */
export function sigmaRule(subject: RuleSubject, source: LogSource, test: BackTest, attack: Attack): string {
  const selections = source.selections(subject.values);
  const names = Object.keys(selections);
  const document = {
    title: oneLine(subject.title, 200),
    id: uuidOf(namespace, JSON.stringify([subject.kind, subject.uid, source.logsource])),
    status: "experimental",
    description: `${oneLine(subject.description, 900)} From ${subject.kind} ${subject.uid} of Spoor. ${told(test)}`,
    author: "Spoor",
    date: subject.date,
    tags: tagsOf(subject.techniques, attack),
    logsource: source.logsource,
    detection: { ...selections, condition: names.length === 1 ? names[0] : "1 of selection_*" },
    falsepositives: [oneLine(subject.benign, 600)],
    level: subject.severity.toLowerCase(),
  };
  return inertYaml(stringify(document, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }));
}

/** What the back-test gave, as a sentence. */
export function told({ table, events, days, entities, rows, window }: BackTest): string {
  const span = `${window.from.slice(0, 10)} to ${window.to.slice(0, 10)} (UTC)`;
  if (rows === 0) return `It could not be tried: there is no ${table} in the store from ${span}.`;
  return `Tried on ${span}: it matches ${events} of ${rows} events of ${table}, on ${days} ${days === 1 ? "day" : "days"}, for ${entities} devices or accounts.`;
}

/** Techniques and their tactics as Sigma writes them: attack.t1071.001, attack.command-and-control. */
function tagsOf(techniques: readonly string[], attack: Attack): string[] {
  const known = attack.resolve(techniques).techniques;
  const tactics = known.flatMap((technique) => technique.tactics.map(({ shortname }) => `attack.${shortname}`));
  return [...new Set([...tactics, ...known.map(({ uid }) => `attack.${uid.toLowerCase()}`)])];
}

function inertYaml(yaml: string): string {
  return yaml.replace(/[^\P{C}\n]|[\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
