import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { tellDay } from "../../simulator/background/days.ts";
import { estateOf } from "../../simulator/estate.ts";
import { readCql, searchRow } from "../../simulator/servers/falcon/cql.ts";
import { readKql } from "../../simulator/servers/microsoft/kql.ts";
import { plainText } from "../../simulator/servers/plain-text.ts";
import { eventsOf } from "../../simulator/vendors.ts";
import { poisoned } from "../../test/hostile-text.ts";
import { reportExample } from "../../test/report-example.ts";
import type { HuntingQuestion } from "../sources/hunting-language.ts";
import { loadHuntingLanguages } from "../sources/hunting-languages.ts";
import { questionsOf } from "./question.ts";
import { ticketing } from "./testing.ts";
import { ticketLimit, ticketOf } from "./ticket.ts";

const { stories, findings, internal } = reportExample;
const whole = { ...(await ticketing()), internal };
const languages = await loadHuntingLanguages();
const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-02 00:00:00.000000" };
const questions: readonly HuntingQuestion[] = [
  { kind: "connections", window, source: "10.0.0.5", destination: "203.0.113.9", port: 443 },
  { kind: "names", window, name: "c2.example" },
  { kind: "processes", window, device: "ws-12", programs: ["mshta.exe", "powershell.exe"] },
  { kind: "logons", window, account: "svc-backup", source: "10.0.0.5" },
  { kind: "sign-ins", window, account: "ann@corp.example", sources: ["203.0.113.9"] },
  { kind: "messages", window, sender: "planning@portal.example" },
  { kind: "clicks", window, account: "ann@corp.example", host: "portal.example" },
];

test("a ticket tells when in UTC and at home, whom, what, defanged indicators, and one question in three languages", () => {
  const [story] = stories;
  if (story === undefined) throw new Error("there is no story");
  const text = ticketOf(story, findings, whole);
  expect(text.length).toBeLessThan(ticketLimit);
  expect(text).toContain("CRITICAL 98/100: From a sprayed password to 2.4 GiB sent out");
  expect(text).toContain("TLP:AMBER  Story 5f1c0a77e2b94d10aa01");
  expect(text).toContain("First 2026-11-01 04:00 UTC (2026-11-01 05:00 CET)");
  expect(text).toContain("185[.]193[.]126[.]44");
  expect(text).toMatch(/^SELECT time/m);
  for (const { name } of languages) expect(text, name).toContain(`${name}:\n`);
  const [told = ""] = text.split("The same question");
  expect(told).not.toContain("185.193.126.44");
  expect(ticketOf(story, findings, whole)).toBe(text);
});

test("whatever a log says stays one harmless line, and the ticket short", () => {
  const input = poisoned(reportExample);
  for (const story of input.stories) {
    const text = ticketOf(story, input.findings, whole);
    expect(text.length).toBeLessThan(ticketLimit);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u200b]/u);
    const [told = ""] = text.split("The same question");
    expect(told).not.toMatch(/https?:\/\/(?!falcon\.|security\.)/);
    expect(told).not.toMatch(/\bevil\.com/);
  }
});

test("every finding of the example that has a peer to ask about gives a question, and hidden characters give none", () => {
  const kinds = new Set(findings.flatMap((finding) => questionsOf(finding).map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["connections", "names"]));
  const [finding] = findings;
  if (finding === undefined) throw new Error("there is no finding");
  const hostile = { ...finding, observables: [{ name: "query.hostname" as const, value: "a\u202eb.example" }] };
  expect(questionsOf(hostile)).toEqual([]);
});

test("values end a quotation in no language", () => {
  const nasty = 'x"] | or true //\\';
  for (const question of questions)
    for (const language of languages) {
      const asked = Object.fromEntries(
        Object.entries(question).map(([name, value]) => [
          name,
          name === "kind" || name === "window" || typeof value === "number"
            ? value
            : Array.isArray(value)
              ? value.map(() => nasty)
              : nasty,
        ]),
      ) as HuntingQuestion;
      const text = language.ask(asked);
      if (text === null) continue;
      const withoutValues = text
        .replaceAll('x\\"] | or true //\\\\', "")
        .replaceAll('x"\\] \\| or true \\/\\/\\\\', "")
        // A name's first part, with a dot behind it.
        .replaceAll("\\.", "");
      expect(withoutValues, `${language.id} ${question.kind}`).not.toContain("or true");
    }
});

test("pages of consoles are made from identifiers alone", () => {
  const page = (uid: string) => languages.flatMap((language) => language.page(uid, whole.settings[language.id])?.url ?? []);
  expect(page("falcon-alert:14c1:ind:00a5:612-10357-322")).toEqual([
    "https://falcon.us-2.crowdstrike.com/activity-v2/detections/14c1:ind:00a5:612-10357-322",
  ]);
  expect(page("defender-alert:da637551227677560813_-961444813")).toEqual([
    "https://security.microsoft.com/alerts/da637551227677560813_-961444813?tid=0b0c2a3e-1111-4222-8333-444455556666",
  ]);
  for (const uid of ["falcon-alert:../../evil", "defender-alert:a?b=c&d//evil.com", "zeek-conn:CAbc"])
    expect(page(uid)).toEqual([]);
});

// What the products' records hold: the simulator's tables, which are held to the published columns elsewhere.
const estate = estateOf(3, { people: 40, offices: 1 });
const told = eventsOf(tellDay(estate, estate.workstations, Date.UTC(2026, 10, 2), { seed: 3, busyness: 0.5 }), estate);
const columnsOf = (records: readonly object[]): Set<string> => new Set(records.flatMap((record) => Object.keys(record)));
const shared = new URL("../../../shared/specs/", import.meta.url);
const isShared = existsSync(shared);
const wordsOf = (text: string): string[] =>
  text.replace(/"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.|\[[^\]]*\])*\/i?/g, "").match(/\b[A-Z][A-Za-z0-9]+/g) ?? [];

test("the columns that questions name are those of the products' records", () => {
  const hunting: Readonly<Record<string, readonly object[]>> = told.microsoft.hunting;
  const falcon = columnsOf(told.falcon.events);
  const sure = new Set(["RemoteAddressIP6", "LocalAddressIP6", "RemoteAddressIP4", "UserLogon", "DnsRequest", "ProcessRollup2"]);
  for (const question of questions)
    for (const language of languages) {
      const text = language.ask(question);
      if (text === null) continue;
      const [table = ""] = text.split("\n");
      const rows = language.id === "microsoft" ? (hunting[table] ?? []) : told.falcon.events;
      const known = language.id === "microsoft" ? columnsOf(rows) : falcon;
      if (rows.length === 0) continue;
      const unknown = wordsOf(text).filter(
        (word) => word !== table && !known.has(word) && !sure.has(word) && !/^(NetworkConnectIP4|T\d|Z$)/.test(word),
      );
      expect(unknown, `${language.id} ${question.kind}: ${text}`).toEqual([]);
    }
});

// Values that the records hold, the records that they mean by a plain look, and the moment at which both are asked.
const day = { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" };
type Fields = Readonly<Record<string, unknown>>;
const tables: Readonly<Record<string, readonly Fields[]>> = told.microsoft.hunting;
const events: readonly Fields[] = told.falcon.events.map(searchRow);
const ofKind = (kind: string): readonly Fields[] => events.filter((event) => event["#event_simpleName"] === kind);
const say = (row: Fields | undefined, column: string): string => plainText(row?.[column]);
const same = (row: Fields, column: string, value: string): boolean => say(row, column).toLowerCase() === value.toLowerCase();
const connection = tables.DeviceNetworkEvents?.find(({ RemotePort }) => RemotePort === 443);
const [source, destination] = [say(connection, "LocalIP"), say(connection, "RemoteIP")];
const started = tables.DeviceProcessEvents?.[5];
const [host, program] = [say(started, "DeviceName"), say(started, "FileName")];
const logon = tables.DeviceLogonEvents?.find(({ RemoteIP }) => plainText(RemoteIP) !== "");
const [account, origin] = [say(logon, "AccountName"), say(logon, "RemoteIP")];
const signIn = tables.EntraIdSignInEvents?.[0];
const [mailbox, address] = [say(signIn, "AccountUpn"), say(signIn, "IPAddress")];
const sender = say(tables.EmailEvents?.[0], "SenderFromAddress");
const click = tables.UrlClickEvents?.[0];
const asked: readonly (readonly [HuntingQuestion, readonly Fields[] | undefined, readonly Fields[] | null])[] = [
  [
    { kind: "connections", window: day, source, destination, port: 443 },
    tables.DeviceNetworkEvents?.filter((row) => row.LocalIP === source && row.RemoteIP === destination && row.RemotePort === 443),
    ofKind("NetworkConnectIP4").filter(
      (row) => row.LocalAddressIP4 === source && row.RemoteAddressIP4 === destination && say(row, "RemotePort") === "443",
    ),
  ],
  [
    { kind: "processes", window: day, device: host.split(".")[0] ?? "", programs: [program] },
    tables.DeviceProcessEvents?.filter((row) => row.DeviceName === host && row.FileName === program),
    ofKind("ProcessRollup2").filter(
      (row) => same(row, "ComputerName", host.split(".")[0] ?? "") && say(row, "ImageFileName").endsWith(`\\${program}`),
    ),
  ],
  [
    { kind: "logons", window: day, account, source: origin },
    tables.DeviceLogonEvents?.filter((row) => same(row, "AccountName", account) && row.RemoteIP === origin),
    [...ofKind("UserLogon"), ...ofKind("UserLogonFailed2")].filter(
      (row) => same(row, "UserName", account) && row.RemoteAddressIP4 === origin,
    ),
  ],
  [
    { kind: "sign-ins", window: day, account: mailbox, sources: [address] },
    tables.EntraIdSignInEvents?.filter((row) => same(row, "AccountUpn", mailbox) && row.IPAddress === address),
    null,
  ],
  [{ kind: "messages", window: day, sender }, tables.EmailEvents?.filter((row) => same(row, "SenderFromAddress", sender)), null],
  [
    { kind: "clicks", window: day, account: say(click, "AccountUpn"), host: new URL(say(click, "Url")).hostname },
    tables.UrlClickEvents?.filter(
      (row) =>
        same(row, "AccountUpn", say(click, "AccountUpn")) &&
        new URL(say(row, "Url")).hostname === new URL(say(click, "Url")).hostname,
    ),
    null,
  ],
];

test.each(asked)("asked of the simulated products, the question about $kind gives the records it means", (question, kql, cql) => {
  const textIn = (id: string): string | null | undefined => languages.find((language) => language.id === id)?.ask(question);
  const { table, run } = readKql(textIn("microsoft") ?? "", Date.UTC(2026, 10, 3));
  const times = (rows: readonly Fields[], column: string): string[] => rows.map((row) => say(row, column)).sort();
  expect(kql?.length).toBeGreaterThan(0);
  expect(times(run(tables[table] ?? []), "Timestamp")).toEqual(times(kql ?? [], "Timestamp"));
  const inFalcon = textIn("crowdstrike");
  expect(inFalcon === null).toBe(cql === null);
  if (cql === null) return;
  const { rows } = readCql(inFalcon ?? "", { rows: 200, tail: 200, groups: 1000 })(events);
  expect(cql.length).toBeGreaterThan(0);
  expect(times(rows, "@timestamp")).toEqual(times(cql, "@timestamp"));
});

test.skipIf(!isShared)(
  `the columns are those of the published tables${isShared ? "" : " (skipped: ../shared/specs is not there)"}`,
  () => {
    const tables = z
      .object({ tables: z.record(z.string(), z.array(z.object({ name: z.string() }))) })
      .parse(JSON.parse(readFileSync(new URL("microsoft/defender-ah-tables.json", shared), "utf8"))).tables;
    const looked: string[] = [];
    for (const question of questions) {
      const text = languages.find(({ id }) => id === "microsoft")?.ask(question) ?? "";
      const [table = ""] = text.split("\n");
      const columns = tables[table];
      if (columns === undefined) continue;
      looked.push(table);
      const known = new Set(columns.map(({ name }) => name));
      expect(wordsOf(text).filter((word) => word !== table && !known.has(word) && !/^(T\d|Z$)/.test(word))).toEqual([]);
    }
    expect(looked.sort()).toEqual(["DeviceLogonEvents", "DeviceNetworkEvents", "DeviceNetworkEvents", "EmailEvents"]);
    const schema = readFileSync(new URL("crowdstrike/fdr-events.schema.json", shared), "utf8");
    for (const field of [
      "LocalAddressIP4",
      "RemoteAddressIP4",
      "RemotePort",
      "DomainName",
      "ImageFileName",
      "CommandLine",
      "UserName",
      "LogonType",
    ])
      expect(schema).toContain(`"${field}"`);
  },
);
