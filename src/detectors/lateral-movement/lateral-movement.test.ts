import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceAddressRow } from "../../entities/rows.ts";
import { edgesOf } from "./edges.ts";
import { hostsOf } from "./hosts.ts";
import { kinds } from "./kinds.ts";
import { movementsOf } from "./movements.ts";
import { isSecondAccountOf } from "./own-account.ts";
import type { ConnectionRow, TicketRow, TraceRow } from "./rows.ts";
import { chainPoints, type Features, fanOutPoints, habitOf, reasonsOf, total } from "./score.ts";

const alertLine = 70;
const internal = ["10.0.0.0/8"];
const window = { from: "2026-03-02 00:00:00.000000", to: "2026-03-07 00:00:00.000000" };
const options = { minConnections: 3, timeWindowHours: 1, chainHours: 4 };

const quiet: Features = {
  evidence: { points: 24, says: "on b the port of file sharing answered" },
  habit: { days: 1, windowDays: 5 },
  corroboration: [],
  fanOut: { targets: 1, minTargets: 3, hours: 1, habit: 0 },
  novelty: null,
  rarity: null,
  peers: null,
  chain: null,
  switchedFrom: null,
  ownerAt: null,
  scan: null,
};
const scored = (features: Partial<Features>): number => total(reasonsOf({ ...quiet, ...features }));

describe("score", () => {
  test("an execution that the target's own log ties to the source reaches the alert line with one other voice, a lone connection never", () => {
    const tied = { evidence: { points: kinds["process-in-session"].points, says: "" }, corroboration: ["a logon"] };
    expect(scored(tied)).toBeGreaterThanOrEqual(alertLine);
    for (const { family, points } of Object.values(kinds))
      if (family === "connection") expect(scored({ evidence: { points: points + 6, says: "" } })).toBeLessThan(alertLine);
  });

  test("more evidence, more targets, longer chains never lower a score; a habit never raises it", () => {
    const points = fc.double({ min: 0, max: 72, noNaN: true });
    fc.assert(
      fc.property(points, points, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 12 }), (a, b, targets, hosts) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(scored({ evidence: { points: more, says: "" } })).toBeGreaterThanOrEqual(
          scored({ evidence: { points: less, says: "" } }),
        );
        const spread = (count: number): number => scored({ fanOut: { ...quiet.fanOut, targets: count } });
        expect(spread(targets + 1)).toBeGreaterThanOrEqual(spread(targets));
        expect(chainPoints(hosts + 1)).toBeGreaterThanOrEqual(chainPoints(hosts));
        const onDays = (days: number): number => scored({ evidence: { points: more, says: "" }, habit: { days, windowDays: 7 } });
        for (let days = 1; days < 7; days++) expect(onDays(days + 1)).toBeLessThanOrEqual(onDays(days));
      }),
    );
  });

  test("spread counts from the threshold on, and each doubling adds the same until the cap", () => {
    expect(fanOutPoints(2, 3)).toBe(0);
    expect(fanOutPoints(3, 3)).toBe(13);
    expect(fanOutPoints(6, 3) - fanOutPoints(3, 3)).toBeCloseTo(9);
    expect(fanOutPoints(12, 3) - fanOutPoints(6, 3)).toBeCloseTo(9);
    expect(fanOutPoints(3000, 3)).toBe(34);
  });

  test("what is done every day keeps less than half; in two days no habit is told", () => {
    expect(habitOf(7, 7)).toBeCloseTo(0.55);
    expect(habitOf(1, 7)).toBe(0);
    expect(habitOf(2, 2)).toBe(0);
  });

  test("an administrator's own way loses part of what spread and rarity give, and nothing else does", () => {
    const rounds = {
      evidence: { points: 30, says: "" },
      fanOut: { ...quiet.fanOut, targets: 5 },
      rarity: { share: 1, sources: 40 },
    };
    expect(scored({ ...rounds, ownerAt: "ws-31" })).toBeCloseTo(0.6 * scored(rounds));
  });

  test("a scan stays below the alert line however far it spreads", () => {
    const scan = { refusedPorts: 900, refusedTargets: 250 };
    const everything = {
      corroboration: ["", "", ""],
      fanOut: { ...quiet.fanOut, targets: 250 },
      novelty: { historyDays: 5, share: 1 },
      rarity: { share: 1, sources: 500 },
    };
    expect(scored({ ...everything, evidence: { points: 34, says: "" }, scan })).toBeLessThan(alertLine);
  });
});

const nothing = { traces: [], connections: [], tickets: [], infrastructure: [] };
const address = (device_hostname: string, device_ip: string): DeviceAddressRow => ({
  device_hostname,
  device_ip,
  origin: 0,
  first_seen: window.from,
  last_seen: window.to,
});
const named = [
  address("ws-1.birch.example", "10.0.0.1"),
  address("ws-2.birch.example", "10.0.0.2"),
  address("ws-3.birch.example", "10.0.0.3"),
];
const minute = Date.UTC(2026, 2, 3, 10, 0) / 1000;

function connection(source_ip: string, target_ip: string, part: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    source_ip,
    source_hostname: null,
    target_ip,
    target_hostname: null,
    service: "winrm",
    first_seen: "2026-03-03 10:00:05.000000",
    last_seen: "2026-03-03 10:00:09.000000",
    event_count: 2,
    beyond_mapper: 2,
    bytes_out: 1000,
    days: ["2026-03-03"],
    minutes: [minute],
    clients: [],
    servers: [],
    accounts: [],
    other_sources_thousandths: 0,
    estate_sources: 3,
    event_uids: [`${source_ip}-${target_ip}`],
    ...part,
  };
}

const shell: TraceRow = {
  kind: "process-in-session",
  protocol: "winrm",
  source_ip: null,
  source_hostname: null,
  target_ip: null,
  target_hostname: "ws-2.birch.example",
  account: "otto",
  first_seen: "2026-03-03 10:00:06.000000",
  last_seen: "2026-03-03 10:00:06.000000",
  event_count: 1,
  days: ["2026-03-03"],
  artefacts: ["wsmprovhost.exe"],
  event_uids: ["shell"],
};
const ticket: TicketRow = {
  account: "otto",
  source_ip: "10.0.0.3",
  source_hostname: null,
  target_hostname: "ws-2",
  first_seen: "2026-03-03 09:00:00.000000",
  last_seen: "2026-03-03 09:00:00.000000",
  event_count: 1,
  is_explicit: false,
  days: ["2026-03-03"],
  minutes: [minute - 3600],
  services: [],
  event_uids: ["ticket"],
};

describe("whose remote shell it was", () => {
  const sourceOf = (connections: ConnectionRow[], tickets: TicketRow[]) => {
    const graph = edgesOf({ ...nothing, traces: [shell], connections, tickets, hosts: hostsOf(named, internal) });
    const edge = graph.edges.find(({ evidence }) => evidence.some((one) => one.kind === "process-in-session"));
    return { source: edge?.source ?? null, withoutSource: graph.withoutSource };
  };

  test("the only host that connected in that minute", () => {
    expect(sourceOf([connection("10.0.0.1", "10.0.0.2")], [])).toEqual({ source: "ws-1", withoutSource: 0 });
  });

  test("of two, the one from which the account had asked for a ticket", () => {
    const both = [connection("10.0.0.1", "10.0.0.2"), connection("10.0.0.3", "10.0.0.2")];
    expect(sourceOf(both, [ticket])).toEqual({ source: "ws-3", withoutSource: 0 });
    expect(sourceOf(both, [])).toEqual({ source: null, withoutSource: 1 });
  });

  test("not a host that connected at another time, nor one that forwards events", () => {
    expect(sourceOf([connection("10.0.0.1", "10.0.0.2", { minutes: [minute - 3600] })], []).source).toBeNull();
    expect(sourceOf([connection("10.0.0.1", "10.0.0.2", { clients: ["svchost.exe"] })], []).source).toBeNull();
  });
});

describe("edges", () => {
  test("names and addresses of one host are one host, and what is outside the estate is none", () => {
    const hosts = hostsOf(named, internal);
    expect(hosts.of("WS-1", null, window.from)).toBe("ws-1");
    expect(hosts.of(null, "10.0.0.1", "2026-03-03 10:00:00.000000")).toBe("ws-1");
    expect(hosts.of(null, "10.0.0.9", window.from)).toBe("10.0.0.9");
    expect(hosts.of(null, "203.0.113.9", window.from)).toBeNull();
  });

  test("everybody's server weighs little, and shares and calls to a domain controller nothing", () => {
    const pointsTo = (row: ConnectionRow, infrastructure: { ip: string | null; hostname: string | null; clients: number }[]) =>
      edgesOf({ ...nothing, connections: [row], infrastructure, hosts: hostsOf([], internal) }).edges[0]?.evidence[0]?.points;
    const share = connection("10.0.0.1", "10.0.0.2", { service: "smb" });
    expect(pointsTo(share, [])).toBe(kinds["smb-connection"].points);
    expect(pointsTo({ ...share, other_sources_thousandths: 20_000 }, [])).toBeCloseTo(kinds["smb-connection"].points / 10);
    expect(pointsTo(share, [{ ip: "10.0.0.2", hostname: null, clients: 40 }])).toBeUndefined();
  });
});

describe("movements", () => {
  const hop = (source: number, target: number, time: string, accounts: string[] = []): ConnectionRow =>
    connection(`10.0.0.${source}`, `10.0.0.${target}`, {
      service: "rdp",
      first_seen: `2026-03-05 ${time}.000000`,
      last_seen: `2026-03-05 ${time}.000000`,
      days: ["2026-03-05"],
      accounts,
    });
  const movements = (connections: readonly ConnectionRow[]) => {
    const hosts = hostsOf([], internal);
    const { edges } = edgesOf({ ...nothing, connections, hosts });
    return movementsOf({ edges, estateSources: 0, residents: [], scans: [], hosts, window }, options);
  };

  test("hops count as a chain in the order of time only", () => {
    const forward = movements([hop(1, 2, "10:00:00"), hop(2, 3, "10:20:00"), hop(3, 4, "10:40:00")]);
    expect(forward.map(({ features }) => features.chain?.hosts)).toEqual(
      Array(3).fill(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]),
    );
    const backward = movements([hop(3, 4, "10:00:00"), hop(2, 3, "10:20:00"), hop(1, 2, "10:40:00")]);
    expect(backward.map(({ features }) => features.chain)).toEqual([null, null, null]);
  });

  test("a change of account on the way is told", () => {
    const [first] = movements([hop(1, 2, "10:00:00", ["mila"]), hop(2, 3, "10:20:00", ["adm-otto"])]);
    expect(first?.features.chain?.isAccountSwitched).toBe(true);
    const [same] = movements([hop(1, 2, "10:00:00", ["mila"]), hop(2, 3, "10:20:00", ["mila"])]);
    expect(same?.features.chain?.isAccountSwitched).toBe(false);
  });

  test("targets within the hour count together, in any order of the rows", () => {
    const rows = [2, 3, 4, 5]
      .map((target) => hop(1, target, `10:${target}0:00`))
      .concat(hop(1, 6, "13:00:00"), hop(7, 8, "10:00:00"));
    const [source] = movements(rows);
    expect(source?.features.fanOut.targets).toBe(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(movements(shuffled)).toEqual(movements(rows));
      }),
    );
  });

  test("each account that moves from a host is a movement of its own", () => {
    const found = movements([hop(1, 2, "10:00:00", ["mila"]), hop(1, 3, "11:00:00", ["otto"]), hop(1, 4, "12:00:00")]);
    expect(found.map(({ account, edges }) => [account, edges.map(({ target }) => target)])).toEqual([
      ["mila", ["10.0.0.2"]],
      ["otto", ["10.0.0.3"]],
      [null, ["10.0.0.4"]],
    ]);
  });
});

test("second accounts are told by the owner's name with a short affix, and nobody else's are", () => {
  for (const [account, resident] of [
    ["adm-olsmit", "olsmit"],
    ["CORP\\olga.smit.admin", "olga.smit@corp.example"],
    ["t0_olsmit", "olsmit"],
    ["olsmit-da", "olsmit"],
  ] as const)
    expect(isSecondAccountOf(account, resident)).toBe(true);
  for (const [account, resident] of [
    ["olsmit", "olsmit"],
    ["adm-olsmit", "amdekker"],
    ["svc-deploy", "deploy-people"],
    ["adm-eva", "eva"],
    ["vanolsmit", "olsmit"],
  ] as const)
    expect(isSecondAccountOf(account, resident)).toBe(false);
});
