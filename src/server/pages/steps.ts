import { type Markup, markup } from "../../charts/markup.ts";
import { clipped, oneLine } from "../../findings/text.ts";
import { money } from "../../reasoner/spend.ts";
import { counted } from "../../report/words.ts";
import type { KeptStep } from "../kept.ts";

/** What a model did, one line each; `last`: only so many, of those at the end. */
export function stepsTable(steps: readonly KeptStep[], last = steps.length): Markup | null {
  if (steps.length === 0) return null;
  const first = Math.max(0, steps.length - last);
  return markup`<div class="scroll"><table><thead><tr><th class="number">No.</th><th>Step</th><th>Came to</th><th class="number">Cost</th></tr></thead><tbody>
${steps.slice(first).map((step, index) => row(step, first + index + 1))}</tbody></table></div>
`;
}

function row(step: KeptStep, position: number): Markup {
  const { statement, outcome, usd } = step;
  const rows = statement === null ? "" : `, ${counted(statement.rowCount, "row")}`;
  return markup`<tr><td class="number">${position}</td><td class="wide">${stepWords(step)}</td><td>${clipped(oneLine(outcome, 160), 160)}${rows}</td><td class="number">${usd === 0 ? "" : `$${money(usd)}`}</td></tr>
`;
}

const purposes: Readonly<Record<string, string>> = {
  hunt: "Claude is asked what to look at next",
  summary: "Claude sums up in claims",
  critic: "A critic argues the benign case",
};

function stepWords({ kind, what, input }: KeptStep): Markup {
  if (kind === "call") return markup`${purposes[what] ?? `Claude is asked (${what})`}`;
  if (kind === "check") return markup`A number is counted again`;
  const said = inputWords(input);
  return markup`${what.replaceAll("_", " ")}${said === "" ? null : markup` <span class="quiet">${said}</span>`}`;
}

/** What a tool was asked, short: null and empty values say nothing. */
function inputWords(input: unknown): string {
  if (typeof input !== "object" || input === null) return "";
  const told = Object.entries(input).filter(([, value]) => value !== null && value !== "");
  return oneLine(
    told
      .map(([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join("; "),
    200,
  );
}
