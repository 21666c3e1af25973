import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { protocolFamily } from "./areas.ts";
import { conventionsOf } from "./conventions.ts";
import { truthOf } from "./evaluate.ts";
import { findSets } from "./sets.ts";
import { sharedData } from "./testing.ts";
import { truthOfFolder } from "./truth.ts";
import { truthFile } from "./truth-file.ts";

test("only pairs with at least 10 connections are asked for as beacons; the rest is accepted", () => {
  const malicious = [
    { src: "10.0.0.1", dst: "198.51.100.7", port: 443, conns: 10, technique: "T1071" },
    { src: "10.0.0.1", dst: "198.51.100.8", port: 443, conns: 9, technique: "T1071" },
  ];
  const [beaconing] = truthOfFolder(truthFile.parse({ area: ["beaconing"], malicious, stats: { span_hours: 12 } })).areas;
  expect(beaconing?.positives.map((label) => label.text)).toEqual(["10.0.0.1 → 198.51.100.7:443 (T1071)"]);
  expect(beaconing?.accepted.map((label) => label.target)).toEqual([["198.51.100.8"]]);
});

test("the span is the longest that the statistics name, in days", () => {
  const spanOf = (stats: object): number | null => truthOfFolder(truthFile.parse({ area: ["beaconing"], stats })).spanDays;
  expect(spanOf({ span_hours: 12 })).toBe(0.5);
  expect(spanOf({ sensorA: { span_hours: 24 }, sensorB: { span_hours: 48 } })).toBe(2);
  expect(spanOf({ records: 3 })).toBeNull();
});

test("failed passwords counted in the log decide which sources are asked for; a source with logins and a burst is left open", () => {
  const file = truthFile.parse({
    area: ["signin"],
    malicious_sources: { "192.0.2.1": 40, "192.0.2.2": 30, "192.0.2.3": 2 },
    benign_sources: { "192.0.2.8": 100, "192.0.2.9": 5 },
    bursts: { "Mar 30": { "192.0.2.8": 300 } },
  });
  const counted = truthOfFolder(file, {
    failedPasswords: new Map([
      ["192.0.2.1", 12],
      ["192.0.2.2", 9],
      ["192.0.2.8", 157],
    ]),
  });
  expect(counted.areas[0]?.positives.map((label) => label.text)).toEqual(["192.0.2.1 (12 failed passwords)"]);
  expect(counted.areas[0]?.accepted.flatMap((label) => label.source)).toEqual(["192.0.2.2", "192.0.2.3"]);
  expect(counted.areas[0]?.notScored.map((label) => label.text)).toEqual(["192.0.2.8 (157 failed passwords)"]);
  expect(counted.areas[0]?.negatives.map((label) => label.text)).toEqual(["192.0.2.9"]);
  expect(truthOfFolder(file).areas[0]?.positives.flatMap((label) => label.source)).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("a set that names nothing scoreable says so", () => {
  expect(truthOfFolder(truthFile.parse({ area: ["weather"], malicious: [1, 2] })).unscored).toMatch(/names nothing/);
  expect(truthOfFolder(truthFile.parse({ area: ["signin"], malicious: "everything" })).unscored).toMatch(/"everything"/);
});

test("the words of truth files for a protocol give the names that findings use", () => {
  expect(protocolFamily("dcerpc-svcctl")).toEqual(["service", "smb"]);
  expect(protocolFamily("smb-svcctl")).toEqual(["service", "smb"]);
  expect(protocolFamily("dcom-wmi")).toEqual(["dcom", "wmi"]);
  expect(protocolFamily("dcom-wmi,smb")).toEqual(["dcom", "smb", "wmi"]);
  expect(protocolFamily("dcerpc-atsvc")).toEqual(["scheduled-task"]);
  expect(protocolFamily("pigeon")).toEqual([]);
});

test("a truth file may state its own networks, year and open ends", () => {
  const file = truthFile.parse({ internal: ["10.9.0.0/16"], year: 2019, not_scored: [{ src: "10.9.0.1" }] });
  expect(conventionsOf(file, "folder")).toEqual({
    internal: ["10.9.0.0/16"],
    year: 2019,
    spanDays: null,
    notScored: [{ src: "10.9.0.1" }],
  });
});

const absent = !existsSync(sharedData);
const why = absent ? " (skipped: the recorded sets are not beside the checkout)" : "";

describe.skipIf(absent)(`the truth of the recorded sets${why}`, () => {
  test("10 beacons in 8 captures; 12 movements and 5 sets without; 9 password sources; one tunnel; the WebDAV upload", async () => {
    const { sets } = await findSets([sharedData]);
    const truths = await Promise.all(sets.map(async (set) => ({ set, truth: await truthOf(set) })));
    const inArea = (area: string) =>
      truths.flatMap(({ set, truth }) => truth.areas.filter((part) => part.area === area).map((part) => ({ set, part })));
    const beacons = inArea("beaconing").filter(({ part }) => part.positives.length > 0);
    expect(beacons).toHaveLength(8);
    expect(beacons.flatMap(({ part }) => part.positives)).toHaveLength(10);
    expect(inArea("beaconing").flatMap(({ part }) => part.negatives)).toHaveLength(14);
    const windows = inArea("lateral-movement").filter(({ set }) => set.kind === "windows-events");
    expect(windows.filter(({ part }) => part.positives.length === 1)).toHaveLength(12);
    expect(windows.filter(({ part }) => part.positives.length === 0)).toHaveLength(5);
    expect(windows.every(({ part }) => part.positives.every((label) => label.protocols.length > 0))).toBe(true);
    expect(inArea("password-attack").map(({ part }) => part.positives.length)).toEqual([9]);
    expect(inArea("dns-tunnelling").flatMap(({ part }) => part.positives.map((label) => label.domain))).toEqual(["pirate.sea"]);
    const uploads = inArea("exfiltration").flatMap(({ part }) => part.positives.map((label) => label.text));
    expect(uploads).toContain("10.0.1.4 → 192.168.0.4:80 (T1048 exfil to attacker WebDAV share)");
  });

  test("sets that cannot be scored say why", async () => {
    const { sets, refused } = await findSets([sharedData]);
    const truths = await Promise.all(sets.map(async (set) => ({ id: set.id, reason: (await truthOf(set)).unscored })));
    expect(truths.filter(({ reason }) => reason !== null).map(({ id }) => id)).toEqual([
      "alerts/ait-ads-russellmitchell",
      "edr/microsoft-secrl-alerts",
      "edr/panther-crowdstrike",
      "edr/panther-microsoft",
      "email/panther-proofpoint",
      "signin/otrf-golden-saml",
      "signin/panther-azure-signin",
    ]);
    expect(refused.every((set) => set.id.startsWith("iforest-bench/") && set.reason.includes("not a log"))).toBe(true);
  });

  test("internal ranges and years are those of each set", async () => {
    const { sets } = await findSets([sharedData]);
    const conventions = new Map(sets.map((set) => [set.id, conventionsOf(set.truth, set.kind)]));
    const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    expect(conventions.get("beaconing/otrf-apt29-day1-zeek")?.internal).toEqual(["10.0.0.0/8"]);
    for (const id of ["ctu-malware-230-1-njrat", "ctu-netflow-2016-09-09-win1", "ctu-normal-40-day1", "slips-test-cc-capture-1"])
      expect(conventions.get(`beaconing/${id}`)?.internal).toEqual([...privateNetworks, "147.32.0.0/16"]);
    expect(conventions.get("lateral/otrf-host/schtask_create")?.internal).toEqual(["172.18.0.0/16", "192.168.2.0/24"]);
    expect(conventions.get("lateral/otrf-network/schtask_create")?.internal).toEqual(privateNetworks);
    expect(conventions.get("signin/otrf-golden-saml")?.internal).toEqual(privateNetworks);
    expect(conventions.get("beaconing/corelight-caldera/ragdoll")?.internal).toEqual(privateNetworks);
    expect([...conventions].filter(([, { year }]) => year !== undefined).map(([id, { year }]) => [id, year])).toEqual([
      ["signin/elastic-ssh-auth", 2017],
    ]);
  });
});
