import { posix } from "node:path";
import { withoutCommentsAndText } from "./source-text.ts";

/** A file of the tree: its path from the root with forward slashes, and what it says. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

/** In the order in which data passes through them; an import may point to the left, never to the right. */
const stages: readonly (readonly string[])[] = [
  ["src/sources/"],
  ["src/detectors/"],
  ["src/findings/"],
  ["src/hypotheses/", "src/hunts/"],
  ["src/pursuit/"],
  ["src/report/"],
  ["src/publish/"],
];

/** Rooms that build on nothing but what is named here (and on the nouns, in foundation). */
const basements: Readonly<Record<string, readonly string[]>> = {
  "src/stats/": [],
  "src/graph/": ["src/stats/"],
  "src/ml/": ["src/stats/", "src/models/"],
  "src/store/": [],
  "src/reasoner/": ["src/collect/", "src/privacy/privacy.ts", "src/order.ts", "src/json.ts"],
};
const foundation = ["src/types.ts", "src/errors.ts"];

/** Who alone may import what. */
const doors: readonly { readonly to: string; readonly only: readonly string[] }[] = [
  { to: "src/cli/", only: ["src/cli/"] },
  { to: "src/server/", only: ["src/server/", "src/cli/"] },
  { to: "src/notebook.ts", only: [] },
  { to: "src/notebook/", only: ["src/notebook.ts"] },
  { to: "src/index.ts", only: ["src/notebook.ts"] },
  {
    to: "src/run.ts",
    only: [
      "src/results.ts",
      "src/cli/",
      "src/server/",
      "src/evaluation/",
      "src/notebook.ts",
      "src/notebook/",
      "src/library.ts",
      "src/index.ts",
      "evaluation/",
      "bench/",
      "eval/",
    ],
  },
  // Labels: a hunt never sees them.
  { to: "src/evaluation/", only: ["src/evaluation/", "src/cli/", "eval/"] },
  { to: "src/mcp/", only: ["src/mcp/", "src/cli/"] },
  { to: "web/", only: ["web/"] },
  { to: "test/", only: ["test/", "bench/", "eval/"] },
  { to: "simulator/", only: ["simulator/", "scripts/", "test/", "evaluation/", "bench/", "eval/"] },
  { to: "bench/", only: ["bench/"] },
  { to: "eval/", only: ["eval/", "test/"] },
  { to: "scripts/", only: ["scripts/", "test/"] },
];

/** Packages that belong to one room. */
const packageRooms: Readonly<Record<string, string>> = {
  chdb: "src/store/",
  "@clickhouse/client": "src/store/",
  commander: "src/cli/",
  "@anthropic-ai/sdk": "src/reasoner/",
  "@anthropic-ai/bedrock-sdk": "src/reasoner/",
  "@anthropic-ai/vertex-sdk": "src/reasoner/",
  "@modelcontextprotocol/server": "src/mcp/",
};

/** Every way in which the tree breaks the rules, one line each, naming the offending edge or line; empty when it keeps them. */
export function violations(files: readonly SourceFile[]): string[] {
  const code = files.filter((file) => /\.(ts|mts|tsx)$/.test(file.path) && !isTest(file.path));
  const edges = code.flatMap(edgesOf);
  return [
    ...edges.flatMap(brokenEdges),
    ...cycles(edges),
    ...code.flatMap(packagesOutOfRoom),
    ...code.flatMap(effectsOutOfPlace),
    ...files.flatMap(vendorsOutOfPlace),
  ].sort();
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.endsWith("/testing.ts");
}

// Statements start a line, so text that merely talks about imports is not taken for one.
const statement =
  /^[ \t]*(?:import|export)\b(?<type>\s+type\b)?[^"'`;]*?\bfrom\s*["'](?<from>[^"']+)["']|^[ \t]*import\s*["'](?<bare>[^"']+)["']/gm;
const dynamicImport = /\bimport\(\s*["'](?<dynamic>[^"']+)["']\s*\)/g;

/** What a file imports: relative specifiers as paths from the root, packages as they are written. */
export function importsOf(file: SourceFile): { readonly specifier: string; readonly isTypeOnly: boolean }[] {
  const found = [...file.text.matchAll(statement), ...file.text.matchAll(dynamicImport)].map((match) => ({
    specifier: match.groups?.from ?? match.groups?.bare ?? match.groups?.dynamic ?? "",
    isTypeOnly: match.groups?.type !== undefined,
  }));
  return found.map(({ specifier, isTypeOnly }) => ({
    specifier: specifier.startsWith(".") ? posix.join(posix.dirname(file.path), specifier) : specifier,
    isTypeOnly,
  }));
}

function edgesOf(file: SourceFile): Edge[] {
  return importsOf(file)
    .filter(({ specifier }) => specifier.endsWith(".ts"))
    .map(({ specifier, isTypeOnly }) => ({ from: file.path, to: specifier, isTypeOnly }));
}

function brokenEdges(edge: Edge): string[] {
  const broken: string[] = [];
  const say = (rule: string) => broken.push(`${edge.from} -> ${edge.to}: ${rule}`);
  const { from, to } = edge;

  for (const [room, allowed] of Object.entries(basements)) {
    const isAllowed = [room, ...allowed].some((prefix) => to.startsWith(prefix)) || foundation.includes(to);
    if (from.startsWith(room) && !isAllowed) say(`${room} knows nothing of what stands above it`);
  }
  const stageOf = (path: string) => stages.findIndex((rooms) => rooms.some((room) => path.startsWith(room)));
  const [fromStage, toStage] = [stageOf(from), stageOf(to)];
  if (fromStage !== -1 && toStage > fromStage) say("imports go against the way the data takes");
  if (from.startsWith("src/detectors/") && to.startsWith("src/sources/")) say("a detector reads tables, not sources");
  if (from.startsWith("src/detectors/") && to.startsWith("src/store/") && !(to === "src/store/store.ts" && edge.isTypeOnly)) {
    say("a detector knows the store's contract, as a type, and nothing else of it");
  }
  if (from.startsWith("src/report/") && to.startsWith("src/store/")) say("a report is made of findings, never of rows");
  if (from.startsWith("web/") && to.startsWith("src/") && !edge.isTypeOnly)
    say("the browser shares types with the engine, not code");
  for (const door of doors) {
    if (to.startsWith(door.to) && !from.startsWith(door.to) && !door.only.some((room) => from.startsWith(room))) {
      say(door.only.length === 0 ? `nothing imports ${door.to}` : `${door.to} is imported only by ${door.only.join(", ")}`);
    }
  }
  return broken;
}

/** One line for each cycle that a walk in the order of the file names meets. Imports of types alone are gone when the program runs. */
function cycles(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const edge of edges.filter(({ isTypeOnly }) => !isTypeOnly))
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to].sort());
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`${[...path.slice(path.indexOf(file)), file].join(" -> ")}: a cycle`);
      return;
    }
    state.set(file, "open");
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, "done");
  };
  for (const file of [...next.keys()].sort()) visit(file, []);
  return found;
}

function packagesOutOfRoom(file: SourceFile): string[] {
  if (!file.path.startsWith("src/")) return [];
  return importsOf(file).flatMap(({ specifier }) => {
    const name = Object.keys(packageRooms).find((each) => specifier === each || specifier.startsWith(`${each}/`));
    const room = name === undefined ? undefined : packageRooms[name];
    if (room === undefined || file.path.startsWith(room)) return [];
    return [`${file.path} -> ${specifier}: this package is used in ${room} only`];
  });
}

// The command line prints, exits and knows the clock; so may the main file of a process of its own, named …-child.ts.
const effects: readonly { readonly pattern: RegExp; readonly rule: string }[] = [
  { pattern: /\bconsole\s*\.\s*\w+/, rule: "only src/cli prints" },
  { pattern: /\bprocess\s*\.\s*(?:stdout|stderr)\b/, rule: "only src/cli prints" },
  { pattern: /\bprocess\s*\.\s*(?:exit|exitCode|abort)\b/, rule: "only src/cli ends the process" },
  { pattern: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)/, rule: "the clock is handed in" },
  { pattern: /\bMath\s*\.\s*random\b/, rule: "randomness is handed in" },
  { pattern: /\bprocess\s*\.\s*env\b/, rule: "the environment is read by src/cli" },
];

function effectsOutOfPlace(file: SourceFile): string[] {
  // A notebook has no command line in front of it: its file is the border.
  if (file.path === "src/notebook.ts") return [];
  if (!file.path.startsWith("src/") || file.path.startsWith("src/cli/") || file.path.endsWith("-child.ts")) return [];
  return withoutCommentsAndText(file.text)
    .split("\n")
    .flatMap((line, index) => {
      const broken = effects.find(({ pattern }) => pattern.test(line));
      return broken === undefined ? [] : [`${file.path}:${index + 1}: ${broken.rule} (${line.trim()})`];
    });
}

const vendors: readonly { readonly folder: string; readonly also?: string; readonly patterns: readonly RegExp[] }[] = [
  { folder: "src/sources/crowdstrike/", patterns: [/crowdstrike/i, wordOrPart("falcon")] },
  // The event log of Windows is a product of Microsoft's too, and its rows say so.
  {
    folder: "src/sources/microsoft/",
    also: "src/sources/windows-events/",
    patterns: [/microsoft/i, wordOrPart("entra"), wordOrPart("defender")],
  },
  { folder: "src/sources/proofpoint/", patterns: [/proofpoint/i] },
];

/** Matches a word by itself and as a part of a camelCase or snake_case name, but not inside another word ("central"). */
function wordOrPart(word: string): RegExp {
  const capital = `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return new RegExp(`(?<![A-Za-z])(?:${word}|${capital}|${word.toUpperCase()})(?![a-z])|(?<=[a-z])${capital}(?![a-z])`);
}

// Names of the world rather than of a source: event channels, domains, registry keys and install folders, which the logs contain as they are.
const worldly = /microsoft-windows-[\w-]+|[\w.-]*\bmicrosoft(?:online)?\.(?:com|net)\b|\\+microsoft\\+|\\+windows defender\\+/gi;
// Data of others (ATT&CK, indicators), the lists of whose software calls home where and of the words that logs are made of, and the tests
// that stand beside the code.
const notOurWords =
  /\.(?:json|ndjson|csv|txt|gz)$|\.test\.ts$|\/testing\.ts$|\/known-services\.ts$|\/privacy\/vocabulary\.ts$|\/(?:cases|fixtures|data)\//;

function vendorsOutOfPlace(file: SourceFile): string[] {
  if (!file.path.startsWith("src/") || file.path === "src/notebook.ts" || notOurWords.test(file.path)) return [];
  return file.text.split("\n").flatMap((line, index) => {
    const own = line.replaceAll(worldly, "");
    const named = vendors.find(
      ({ folder, also, patterns }) =>
        !file.path.startsWith(folder) &&
        (also === undefined || !file.path.startsWith(also)) &&
        patterns.some((pattern) => pattern.test(own)),
    );
    return named === undefined
      ? []
      : [`${file.path}:${index + 1}: a vendor's name belongs in ${named.folder} (${line.trim().slice(0, 100)})`];
  });
}
