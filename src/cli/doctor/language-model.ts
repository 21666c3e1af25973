import type { Config } from "../../config.ts";
import { DayLedger } from "../../reasoner/day-ledger.ts";
import { checkReasoner, type ReasonerEffects } from "../../reasoner/open.ts";
import { money } from "../../reasoner/spend.ts";
import { type Line, missing, ok, warning } from "./line.ts";

const part = "language model";
const blind = ["the model's hypotheses and pursuits; everything else is as without it"];

/** Key, price, package, models and what is left of the day's money; nothing where no model is asked for. */
export async function languageModelLines(
  { ai, claude }: Pick<Config, "ai" | "claude">,
  effects: ReasonerEffects,
): Promise<Line[]> {
  if (ai === "off") return [];
  if (claude.privacy === "off") return [warning(part, "settings", "claude.privacy is off: it is not asked", blind)];
  if (claude.replay !== undefined) return [ok(part, "settings", `answers come from the recording in ${claude.replay}`)];
  try {
    const { notes, address, pricesOf } = await checkReasoner(claude, effects);
    const models = notes.map(({ model, isWell, note }) => (isWell ? ok : warning)(part, "model", `${model} ${note}`));
    return [
      ok(part, "settings", `${claude.route}, ${address}, ${claude.privacy}; prices of ${pricesOf}`),
      ...models,
      await moneyLine(claude, effects),
    ];
  } catch (thrown) {
    effects.signal.throwIfAborted();
    return [missing(part, "settings", thrown, blind)];
  }
}

async function moneyLine({ spend, usdPerDay }: Config["claude"], { clock }: ReasonerEffects): Promise<Line> {
  const runs = await new DayLedger(spend).runsOf(clock());
  const usd = runs.reduce((sum, run) => sum + run.usd, 0);
  const told = `$${money(usd)} of $${money(usdPerDay)} are spent today (UTC)`;
  // A call of a hunt is reckoned at about this much before it is sent.
  return usdPerDay - usd < 0.1 ? warning(part, "money", `${told}; hardly a call fits`, blind) : ok(part, "money", told);
}
