import { isIP } from "node:net";
import { insideOf } from "../enrich/address.ts";
import { type EstateNames, isCommonWord } from "./facts.ts";
import * as forms from "./forms.ts";
import type { HidingFacts } from "./hiding.ts";
import { showsSecret } from "./secrets.ts";

const word = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.@$+-]*/gu;
const tokenForm = new RegExp(`^${forms.token}$`);
const address = /[0-9A-Fa-f:.]{3,}/g;
// Shorter names are found in any text.
const shortestName = 3;
const mostWordsOfAName = 4;

/** Looks through texts for names of the estate, addresses inside it, and secrets. In raw mode names may be shown, secrets not. */
export function leakFinder(
  names: EstateNames,
  facts: HidingFacts,
  mode: "raw" | "pseudonymised",
): (text: string) => readonly string[] {
  // A name in the form of a token was made up to be taken for one.
  const telling = (name: string): boolean =>
    name.length >= shortestName && !isCommonWord(name) && !/^[0-9.]+$/.test(name) && !tokenForm.test(name);
  const single = new Set([...names.hosts, ...names.users, ...names.mails].filter(telling));
  const people = new Set(names.people.filter((name) => name.includes(" ")));
  const domains = facts.domains.filter((domain) => domain.includes("."));
  const isInside = insideOf(facts.networks);
  const networks = new Set(facts.networks.map((network) => network.replace(/\/.*/, "")));

  return (text) => {
    const found = new Set<string>();
    if (showsSecret(text)) found.add("a secret");
    if (mode === "raw") return [...found];
    const words = [...text.toLowerCase().matchAll(word)].map(([one]) => one.replace(/[.$@+-]+$/, ""));
    for (const [at, one] of words.entries()) {
      if (single.has(one) || domains.some((domain) => one === domain || one.endsWith(`.${domain}`) || one.endsWith(`@${domain}`)))
        found.add(one);
      for (let count = 2; count <= mostWordsOfAName; count++) {
        const several = words.slice(at, at + count).join(" ");
        if (people.has(several)) found.add(several);
      }
    }
    for (const [one] of text.toLowerCase().matchAll(address)) {
      const bare = one.replace(/[.:]+$/, "");
      for (const candidate of [bare, bare.replace(/:\d+$/, "")])
        if (isIP(candidate) !== 0 && !networks.has(candidate) && (isInside(candidate) || facts.addresses.has(candidate)))
          found.add(candidate);
    }
    return [...found].sort();
  };
}
