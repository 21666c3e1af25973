import { join } from "node:path";
import type { Config } from "../config.ts";
import { openPrivacy } from "../privacy/open.ts";
import { fileLedger } from "../pursuit/ledger.ts";
import { limitsOf } from "../pursuit/limits.ts";
import type { Reasoning } from "../pursuit/reasoning.ts";
import { openReasoner } from "../reasoner/open.ts";
import { reasonerEffects } from "./claude.ts";
import { pseudonymKey } from "./pseudonym-key.ts";
import type { Session } from "./session.ts";
import { inert } from "./terminal.ts";

/** The language model of the settings with its limits; null where none is wanted or where it may see nothing. */
export async function reasoningOf(config: Config, session: Session): Promise<Reasoning | null> {
  const { claude, seed, out } = config;
  const { privacy: mode } = claude;
  if (config.ai === "off" || mode === "off") return null;
  const { reasoner, notes } = await openReasoner(claude, reasonerEffects(out, session));
  for (const { model, isWell, note } of notes) if (!isWell) session.terminal.note(inert(`${model}: ${note}`));
  return {
    reasoner,
    openPrivacy: async ({ window, internal }, { store, signal }) =>
      openPrivacy({ store, mode, key: await pseudonymKey(config), window, internal, signal }),
    seed,
    pursue: claude.pursue,
    limits: limitsOf(claude),
    ledger: (hypothesisId) => fileLedger(join(out, "claude", "ledger"), hypothesisId),
  };
}
