import type { SchemaColumns } from "../../hunts/columns.ts";
import { namesIn } from "./names-in.ts";
import { wordsOf } from "./words.ts";

/** What a sentence can be held to. */
export interface Inventory {
  readonly columns: SchemaColumns;
  /** Addresses, domains and pseudonyms of the digest, in lower case. */
  readonly names: ReadonlySet<string>;
}

// Words of every sentence about every hunt: what is left without them is what a sentence says. A judgement, made on sentences that
// say nothing and on those that do; both stand in the tests.
const generic = wordsOf(
  `activity activities actor adversary adversaries anomalous anomaly anomalies appear appears attack attacker available abnormal alert
  analysis analyst assumption bad baseline behave behavior behaviour behavioral benign case cause clear clearly compare compared compromise compromised
  conclude concluded conclusion confirm confirmed confirms confirming consistent contain contains contrary correct data dataset deviate deviates
  deviation described described detect detected detection determine determined device does estate environment evidence exist exists expected
  explain explained explanation fact false fail fails find finding findings found further given happen happened harmful harmless host
  hypothesis identified identify idea incident indicate indicates indication indicator information innocent intruder investigate
  investigation known lack lacking legitimate log logs logged look looks malicious match matching nature network normal nothing normally
  observation observe observed occur occurred organisation organization other pattern patterns place point points possible potential
  potentially presence present prove proved proven question real reason refute refuted relevant related result reveal reveals reviewed review right said say scenario
  search see seen turn turned out because therefore sensor show showing shown shows sign signs situation something statement such suggest suggests support supported supports
  supporting suspect suspicious system taken telemetry theory thing things threat told trace traces true truth unclear uncommon unexpected unknown unusual
  usual user valid various verified verify way wrong whatever wherever whether if so not none no either neither`,
);

// What logs tell of, beside the words of their columns.
const observable = wordsOf(
  `address administrator answer archive attachment binary burst certificate channel client command connection controller copies copy credential
  database deleted destination disabled domain download email encrypted factor failure folder ftp handshake http https identity installation
  job kerberos key list login logon lookup lsass macro mail mailbox media memory message module movement name ntlm object packet parent
  password payload powershell program prompt protection query rdp registry remote reply request response script secret server session share
  sign-in signature smb ssh subject success task ticket tls token tool traffic transfer tunnel upload url volume winrm wmi`,
);

const most = { aboutItself: 5, other: 3, words: 3 } as const;
// Says of itself that it holds: then it needs more that does not.
const aboutItself =
  /\b(?:hypothes[ie]s|theory|assumption|claim|scenario|as (?:described|stated|expected)|(?:described|stated|mentioned) (?:above|here))\b/i;
const eitherWay = /\b(?:either|whether)\b.{0,120}\bor (?:not|(?:did|does|do|was|were|is|are|has|have|had) not)\b/i;

/**
 * Can the data decide a sentence that says what would be seen? It names a table, column, entity, file or number and says something of it,
 * or it tells in enough words of its own what a log would hold. A sentence that holds whatever the data say cannot be decided.
 */
export function isDecidable(sentence: string, inventory: Inventory): boolean {
  if (eitherWay.test(sentence) || saysItTwice(sentence)) return false;
  const anchors = anchorsIn(sentence, inventory);
  const words = [...wordsOf(sentence)].filter((word) => !generic.has(word) && !anchors.has(word));
  if (anchors.size === 0) return words.length >= most.words && words.some((word) => isOfLogs(word, inventory));
  return anchors.size + words.length >= (aboutItself.test(sentence) ? most.aboutItself : most.other);
}

/** Names of tables, columns, entities and files, and numbers: what can be looked up. */
function anchorsIn(sentence: string, { columns, names }: Inventory): ReadonlySet<string> {
  const text = sentence.toLowerCase();
  const tokens = text.match(/[\p{L}\p{N}][\p{L}\p{N}_.\\/:-]*[\p{L}\p{N}]|\p{N}/gu) ?? [];
  const known = new Set(
    [...columns].flatMap(([table, own]) => [table, ...[...own.keys()].filter((column) => column.includes("_"))]),
  );
  const inWords = [...columns.keys()].filter((table) => text.includes(table.replaceAll("_", " ")));
  const shown = [...namesIn(sentence)].filter((name) => names.has(name));
  const found = tokens.filter((token) => known.has(token) || /^\d/.test(token) || /[\p{L}\p{N}][.\\/][\p{L}]/u.test(token));
  return new Set([...inWords, ...shown, ...found]);
}

function isOfLogs(word: string, { columns }: Inventory): boolean {
  return (
    observable.has(word) || [...columns.values()].some((own) => [...own.keys()].some((name) => name.split("_").includes(word)))
  );
}

/** "It is so if it is so." */
function saysItTwice(sentence: string): boolean {
  const [first, second, ...more] = sentence
    .split(/\b(?:if|when|whenever|because|since|means that)\b/i)
    .map((part) => wordsOf(part));
  if (first === undefined || second === undefined || more.length > 0 || first.size === 0 || second.size === 0) return false;
  return [...first].every((word) => second.has(word)) || [...second].every((word) => first.has(word));
}
