import type { Attack } from "../../attack/attack.ts";
import { severityOf } from "../../findings/severity.ts";
import type { LoadedHunt } from "../../hunts/hunt.ts";
import type { Store } from "../../store/store.ts";
import type { Finding, HuntResult, Window } from "../../types.ts";
import { type BackTest, backTest } from "./back-test.ts";
import { logSources } from "./log-sources.ts";
import { type RuleSubject, sigmaRule } from "./rule.ts";
import { valuesOfFinding, valuesOfHunt } from "./values.ts";

/** A rule as text, and how it did on the store's history. */
export interface ExportedRule {
  readonly yaml: string;
  readonly test: BackTest;
}

/** What a finding says as a rule: its own words, and the values that can be looked for elsewhere. */
export function subjectOfFinding(finding: Finding, internal: readonly string[]): RuleSubject {
  return {
    kind: "finding",
    uid: finding.uid,
    title: finding.title,
    description: finding.description,
    techniques: finding.attacks.map((tag) => (tag.subTechnique ?? tag.technique).uid),
    severity: finding.severity,
    benign: finding.benign,
    date: finding.lastSeen.slice(0, 10),
    values: valuesOfFinding(finding, internal),
  };
}

/** The same of a hunt's result; `hunt` is the hunt of the library, where it is still there. */
export function subjectOfHunt(result: HuntResult, hunt: LoadedHunt | null, internal: readonly string[]): RuleSubject {
  const { to } = result.parameters;
  const times = result.evidence.map(({ timestamp }) => timestamp).sort();
  return {
    kind: "hunt",
    uid: result.id,
    title: result.title,
    description: result.summary,
    techniques: result.techniques,
    severity: severityOf(Math.max(0, ...result.evidence.map(({ confidence }) => confidence))),
    benign: hunt?.sections.looksLike ?? "Not known: the hunt is not in the library any more.",
    date: (times.at(-1) ?? (typeof to === "string" ? to : "")).slice(0, 10),
    values: valuesOfHunt(result, internal),
  };
}

/**
 * Sigma rules for what a result shows, one for each log source in which it can be said, tried on the store's events of the window.
 * Empty when it names nothing that a single event could be recognised by: then it is behaviour over time, which Sigma's plain rules
 * cannot say.
 */
export async function sigmaRules(
  subject: RuleSubject,
  window: Window,
  attack: Attack,
  world: { readonly store: Pick<Store, "query">; readonly signal: AbortSignal },
): Promise<ExportedRule[]> {
  const rules: ExportedRule[] = [];
  for (const source of logSources.filter(({ selections }) => Object.keys(selections(subject.values)).length > 0)) {
    const test = await backTest(source, subject.values, window, world);
    rules.push({ yaml: sigmaRule(subject, source, test, attack), test });
  }
  return rules;
}
