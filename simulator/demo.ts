import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { day } from "./calendar.ts";
import { type Comparison, compared } from "./compared.ts";
import { together } from "./occurrences.ts";
import { randomOf } from "./random.ts";
import { tellScenario } from "./scenario.ts";
import { truthOf } from "./scenario-truth.ts";
import type { VendorCredentials } from "./servers/room.ts";
import { type ServedVendors, serveVendors } from "./servers/serve.ts";
import { vendorDataOf } from "./vendors.ts";

export interface DemoOptions {
  /** Of its own: whatever the demo wrote there before is removed. */
  readonly folder: string;
  readonly seed: number;
  /** The week is told up to here, in milliseconds since 1970. */
  readonly now: number;
  readonly people: number;
  /** How much of ordinary days is told; 1 is everything. */
  readonly busyness: number;
  /** Ids of what is planted. */
  readonly attacks: readonly string[];
  /** Runs the command line with these words and this environment; its exit code. */
  readonly spoor: (words: readonly string[], environment: Readonly<Record<string, string>>) => Promise<number | null>;
  readonly tell: (line: string) => void;
  readonly milliseconds: () => number;
}

export interface DemoOutcome {
  readonly code: number | null;
  readonly comparison: Comparison | null;
  readonly report: string;
}

const days = 7;
const sliceHours = days * 24;

/** What the demo plants: the two that are told in full, one that is hard to see, and the benign twin of the first. */
export const planted = ["mailbox-takeover", "hands-on-keyboard", "slow-beacon", "phishing-simulation"] as const;

/**
 * A week of a company with attacks in it, known to three vendors whose interfaces answer on loopback: collected from there by the
 * command line, hunted over, and compared with what was planted. The truth lies beside what the hunt may read, never in it.
 */
export async function runDemo(options: DemoOptions): Promise<DemoOutcome> {
  const { folder, seed, now, tell, milliseconds } = options;
  const began = milliseconds();
  let last = began;
  const lap = (): string => {
    const seconds = (milliseconds() - last) / 1000;
    last = milliseconds();
    return `${seconds.toFixed(1)} s`;
  };
  for (const part of ["truth.json", "settings.yaml", "store", "out", "models"])
    rmSync(join(folder, part), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const start = Math.floor(now / day) * day - (days - 1) * day;
  const scenario = tellScenario({ ...options, start, days, end: now });
  const data = vendorDataOf(together(scenario.background, scenario.attack), scenario.estate);
  const truth = truthOf(scenario, data, seed);
  writeFileSync(join(folder, "truth.json"), `${JSON.stringify(truth, null, 2)}\n`);
  const counts = countsOf(data);
  tell(
    `A week of a company of ${options.people} people is told, with ${truth.attacks.length} attacks and a test of the company's own in it: ${counts} (${lap()}).`,
  );

  const credentials = credentialsOf(seed);
  const served = await serveVendors({
    data,
    // The vendors' time goes on from the end of what is told.
    clock: () => new Date(now + milliseconds() - began),
    credentials,
    seed,
  });
  try {
    tell(
      `CrowdStrike, Microsoft and Proofpoint answer on ${new URL(served.falcon.url).hostname}, as their interfaces do (${lap()}).`,
    );
    const settings = join(folder, "settings.yaml");
    writeFileSync(settings, settingsOf(served, credentials, folder));
    const words = ["hunt", "--config", settings];
    tell(`\nspoor ${words.join(" ")}\n`);
    const code = await options.spoor(words, environmentOf(credentials));
    tell(`\n${served.requests().length} questions were answered (${lap()}).`);
    const out = join(folder, "out");
    const comparison = code === 0 ? compared(truth, resultsIn(out)) : null;
    return { code, comparison, report: join(out, "report.html") };
  } finally {
    await served.close();
  }
}

function countsOf({ falcon, microsoft, proofpoint }: ReturnType<typeof vendorDataOf>): string {
  const sum = (lists: readonly (readonly unknown[])[]): string =>
    lists.reduce((total, list) => total + list.length, 0).toLocaleString("en-US");
  const { hunting, ...lists } = microsoft;
  return `${sum(Object.values(falcon))} records with CrowdStrike, ${sum([...Object.values(lists), ...Object.values(hunting)])} with Microsoft, ${sum(Object.values(proofpoint))} with Proofpoint`;
}

function credentialsOf(seed: number): VendorCredentials {
  const random = randomOf(seed, "credentials");
  return {
    falcon: { clientId: random.hex(32), clientSecret: random.hex(40) },
    microsoft: { tenantId: random.uuid(), clientId: random.uuid(), clientSecret: random.hex(40) },
    proofpoint: { principal: random.uuid(), secret: random.hex(64) },
  };
}

const variables = {
  falcon: "SPOOR_DEMO_FALCON_SECRET",
  microsoft: "SPOOR_DEMO_MICROSOFT_SECRET",
  proofpoint: "SPOOR_DEMO_PROOFPOINT_SECRET",
} as const;

function environmentOf({ falcon, microsoft, proofpoint }: VendorCredentials): Record<string, string> {
  return {
    [variables.falcon]: falcon.clientSecret,
    [variables.microsoft]: microsoft.clientSecret ?? "",
    [variables.proofpoint]: proofpoint.secret,
  };
}

/** Settings as anyone would write them, but for the addresses: secrets are named, not written down. */
function settingsOf(served: ServedVendors, { falcon, microsoft, proofpoint }: VendorCredentials, folder: string): string {
  return stringify({
    store: join(folder, "store"),
    out: join(folder, "out"),
    models: join(folder, "models"),
    internal: ["10.0.0.0/8"],
    collect: {
      crowdstrike: {
        clientId: falcon.clientId,
        clientSecret: `env:${variables.falcon}`,
        baseUrl: served.falcon.url,
        events: "queries",
        // A company of this size is asked for the week at once; a search that is cut off is asked for in halves.
        sliceHours,
      },
      microsoft: {
        tenantId: microsoft.tenantId,
        clientId: microsoft.clientId,
        clientSecret: `env:${variables.microsoft}`,
        graphUrl: served.microsoft.url,
        loginUrl: served.microsoft.loginUrl,
        sliceHours,
      },
      proofpoint: {
        principal: proofpoint.principal,
        secret: `env:${variables.proofpoint}`,
        baseUrl: served.proofpoint.url,
      },
    },
  });
}

function resultsIn(out: string) {
  const read = (name: string): string => readFileSync(join(out, name), "utf8");
  return {
    findings: read("findings.ndjson")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line)),
    stories: JSON.parse(read("stories.json")) as unknown,
    gaps: JSON.parse(read("gaps.json")) as unknown,
  };
}
