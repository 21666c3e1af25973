import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { faultScripts } from "../../../../simulator/servers/fault-rows.ts";
import { plainRecords } from "../../../../simulator/servers/records.ts";
import { type ServedVendors, serveVendors } from "../../../../simulator/servers/serve.ts";
import type { VendorData, VendorRecord } from "../../../../simulator/vendor-data.ts";
import { connectCollector } from "../../../collect/connect.ts";
import type { LedgerRow } from "../../../collect/ledger.ts";
import { configuredCollectors } from "../../../collect/load.ts";
import { Redaction } from "../../../collect/redact.ts";
import { Spool } from "../../../collect/spool.ts";
import { StreamRun } from "../../../collect/stream-run.ts";
import { GapLedger } from "../../../world.ts";
import collector from "../collector.ts";

// The collector against a server that was written apart from it, under each failure that a vendor's answers show: what comes is what
// there was, by key, and what did not come is told.

const hour = 3_600_000;
const start = Date.parse("2026-11-21T17:00:00Z");
const end = Date.parse("2026-11-22T00:00:00Z");
const credentials = {
  falcon: { clientId: "f", clientSecret: "f-secret" },
  microsoft: { tenantId: "tenant-1", clientId: "client-1", clientSecret: "microsoft-secret" },
  proofpoint: { principal: "p", secret: "p-secret" },
};

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Collected {
  readonly lines: ReadonlyMap<string, readonly unknown[]>;
  readonly ledger: readonly LedgerRow[];
  readonly served: ServedVendors;
}

/** Collects all streams one after the other, with a clock that waiting moves. */
async function collectAll(data: VendorData, script?: (typeof faultScripts)[number]): Promise<Collected> {
  // Records may come late: asked for an hour after the last.
  let now = end + hour;
  const clock = () => new Date(now);
  const served = await serveVendors({ data, clock, credentials, ...(script === undefined ? {} : { faults: script }) });
  cleanUps.push(() => served.close());
  const folder = mkdtempSync(join(tmpdir(), "spoor-collected-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const [configured] = configuredCollectors([collector], {
    microsoft: {
      tenantId: "tenant-1",
      clientId: "client-1",
      clientSecret: "env:SECRET",
      graphUrl: served.microsoft.url,
      loginUrl: served.microsoft.loginUrl,
    },
  });
  if (configured === undefined) throw new Error("not configured");
  const signal = new AbortController().signal;
  const { connection, skewMs } = await connectCollector(
    configured,
    { downloads: folder, callsInLastDay: () => Promise.resolve(0), redaction: new Redaction() },
    {
      fetch: globalThis.fetch,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
      random: () => 0.5,
      environment: { SECRET: "microsoft-secret" },
    },
    { clock, signal, gaps: new GapLedger() },
  );
  const lines = new Map<string, unknown[]>();
  const ledger: LedgerRow[] = [];
  for (const stream of connection.streams) {
    const own: unknown[] = [];
    lines.set(stream.id, own);
    const spool = await Spool.open(join(folder, stream.id));
    await new StreamRun({
      source: "microsoft",
      stream,
      wanted: { from: start },
      spool,
      attempts: [],
      tools: {
        now: () => now,
        skewMs: () => skewMs() ?? 0,
        signal,
        spent: () => ({ calls: 0, bytes: 0 }),
        strike: (text) => text,
      },
      store: (batch, rowsOf) => {
        const text = batch.pages === null ? "" : readFileSync(batch.pages, "utf8");
        for (const line of text.split("\n").slice(0, -1)) own.push(JSON.parse(line));
        ledger.push(...rowsOf(0));
        return Promise.resolve();
      },
      sourceIsOut: () => null,
      putSourceOut: () => undefined,
      warn: () => undefined,
      tell: () => undefined,
    }).run();
    await spool.close();
  }
  return { lines, ledger, served };
}

/** Streams, what they hold, and by which members a record is known. */
function expectedOf({ microsoft }: VendorData): readonly (readonly [string, readonly VendorRecord[], readonly string[]])[] {
  const ids = ["id"];
  const { hunting } = microsoft;
  const devices = ["DeviceId", "Timestamp", "ReportId"];
  return [
    ["sign-ins", microsoft.signIns, ids],
    ["directory-audits", microsoft.directoryAudits, ids],
    ["risky-users", microsoft.riskyUsers, ids],
    ["risk-detections", microsoft.riskDetections, ids],
    ["alerts", microsoft.alerts, ids],
    ["incidents", microsoft.incidents, ids],
    ["users", microsoft.users, ids],
    ["devices", microsoft.devices, ids],
    ["role-assignments", microsoft.roleAssignments, ids],
    ["named-locations", microsoft.namedLocations, ids],
    ["device-network-events", hunting.DeviceNetworkEvents, devices],
    ["device-logon-events", hunting.DeviceLogonEvents, devices],
    ["device-process-events", hunting.DeviceProcessEvents, devices],
    ["device-file-events", hunting.DeviceFileEvents, devices],
    ["device-events", hunting.DeviceEvents, devices],
    ["device-info", hunting.DeviceInfo, devices],
    ["identity-logon-events", hunting.IdentityLogonEvents, ["ReportId"]],
    ["email-events", hunting.EmailEvents, ["NetworkMessageId", "RecipientEmailAddress"]],
    ["url-click-events", hunting.UrlClickEvents, ["ReportId"]],
    ["cloud-app-events", hunting.CloudAppEvents, ["ReportId"]],
    ["entra-id-sign-in-events", hunting.EntraIdSignInEvents, ["RequestId"]],
    ["graph-api-audit-events", hunting.GraphApiAuditEvents, ["RequestId"]],
  ];
}

/** Keys in order, each once. A moment is told by its milliseconds: the server writes seven digits. */
function keys(records: readonly unknown[], members: readonly string[]): string[] {
  const found = records.flatMap((record) => {
    if (typeof record !== "object" || record === null) return [];
    const values = new Map(Object.entries(record));
    return [members.map((member) => `${values.get(member)}`.replace(/(\.\d{3})\d*Z$/, "$1Z")).join("|")];
  });
  return [...new Set(found)].sort();
}

const pathOf: Readonly<Record<string, string>> = {
  "sign-ins": "/v1.0/auditLogs/signIns",
  "directory-audits": "/v1.0/auditLogs/directoryAudits",
  "risky-users": "/v1.0/identityProtection/riskyUsers",
  "risk-detections": "/v1.0/identityProtection/riskDetections",
  alerts: "/v1.0/security/alerts_v2",
  incidents: "/v1.0/security/incidents",
};

/** What did not come as it should have, in words: nothing where all is well. */
function shortcomings(data: VendorData, { lines, ledger }: Collected, blind: readonly RegExp[]): string[] {
  return expectedOf(data).flatMap(([stream, records, members]) => {
    const rows = ledger.filter((row) => row.stream === stream);
    if (blind.some((path) => path.test(pathOf[stream] ?? `/v1.0/${stream}`)))
      return rows.some(({ state }) => state !== "complete") ? [] : [`${stream}: nothing is told`];
    const wanted = keys(records, members);
    const came = new Set(keys(lines.get(stream) ?? [], members));
    const missing = wanted.filter((key) => !came.has(key)).length;
    const strange = came.size - (wanted.length - missing);
    // Without the licence levels of risk are hidden, and the records come all the same.
    const told = rows
      .filter(({ state, reason }) => state !== "complete" && !reason.includes("Entra ID P2"))
      .map(({ state, reason }) => `${state} ${reason}`);
    return [
      ...(missing === 0 ? [] : [`${stream}: ${missing} of ${wanted.length} missing`]),
      ...(strange === 0 ? [] : [`${stream}: ${strange} that were not there`]),
      ...(told.length === 0 ? [] : [`${stream}: ${told.slice(0, 3).join("; ")}`]),
    ];
  });
}

const data = plainRecords({ seed: 7, from: start, to: end, count: 100 });

test("what is collected is what there is, by key, and every slice is told as whole", async () => {
  const collected = await collectAll(data);
  expect(shortcomings(data, collected, [])).toEqual([]);
  expect(new Set(collected.ledger.map(({ state }) => state))).toEqual(new Set(["complete"]));
}, 60_000);

describe("under failures", () => {
  // 6 waits for real silence, which the room's own tests do with shorter patience; 3-quota and 13 are about another vendor.
  const scripts = faultScripts.filter(({ id }) => !["6", "3-quota", "13"].includes(id));
  test.each(scripts.map((script) => ({ id: script.id, name: script.name, script })))(
    "$id: $name",
    async ({ script }) => {
      const collected = await collectAll(data, script);
      expect(shortcomings(data, collected, script.blind)).toEqual([]);
      expect(collected.served.stranger.visits().filter(({ hadCredential }) => hadCredential)).toEqual([]);
    },
    60_000,
  );
});
