import { describe, expect, test } from "vitest";
import type { FirstTicketRow, ReplicationRow, TicketRow } from "./rows.ts";
import { firstTicketReasons, focusOf, replicationReasons, ticketReasons, total } from "./score.ts";

const alertLine = 70;

/** Eight services within two seconds with RC4, in an estate of sixty people that has modern encryption; to be varied. */
function asked(part: Partial<TicketRow> = {}): TicketRow {
  return {
    account: "mila",
    requests: 8,
    known: 8,
    weak: 8,
    services: 8,
    weak_services: 8,
    weak_service_days: 8,
    lonely_services: 4,
    service_names: [],
    sources: [],
    burst_services: 8,
    burst_requests: 8,
    burst_first: "2026-03-02 10:00:00.000000",
    burst_last: "2026-03-02 10:00:02.000000",
    weak_first: "2026-03-02 10:00:00.000000",
    weak_last: "2026-03-02 10:00:02.000000",
    other_days: [],
    people_with_as_many: 1,
    people: 60,
    weak_people: 1,
    estate_known: 2_000,
    estate_weak: 8,
    ...part,
  };
}
const scoreOf = (part: Partial<TicketRow> = {}): number => total(ticketReasons(asked(part)));

describe("an account that asks for tickets of services", () => {
  test("is above the alert line when all come weak and at once, and a little below when they come slowly", () => {
    expect(scoreOf()).toBeGreaterThan(alertLine);
    const patient = {
      burst_services: 2,
      people_with_as_many: 50,
      weak_first: "2026-03-02 10:00:00.000000",
      weak_last: "2026-03-05 16:00:00.000000",
    };
    expect(focusOf(asked(patient)).isWeak).toBe(true);
    expect(scoreOf(patient)).toBeGreaterThan(60);
  });

  test("is below it with modern encryption, and when it does so every day", () => {
    const modern = {
      weak: 0,
      weak_services: 0,
      weak_service_days: 0,
      weak_people: 0,
      estate_weak: 0,
      weak_first: "",
      weak_last: "",
    };
    expect(scoreOf(modern)).toBeLessThan(alertLine);
    expect(scoreOf({ ...modern, other_days: [8, 8, 8] })).toBeLessThan(30);
    expect(scoreOf({ weak_service_days: 24 })).toBeLessThan(alertLine);
  });

  test("weighs weak encryption by how seldom others have it", () => {
    expect(scoreOf({ estate_weak: 1_000, weak_people: 40 })).toBeLessThan(scoreOf());
  });
});

test("a device that is given weak first tickets of five accounts stands out where no other is", () => {
  const row: FirstTicketRow = {
    source: "10.4.1.31",
    weak_accounts: 5,
    accounts: 5,
    first_seen: "2026-03-02 10:00:00.000000",
    last_seen: "2026-03-02 10:00:05.000000",
    requests: 5,
    names: [],
    busy_days: 1,
    estate_known: 800,
    estate_weak: 5,
    devices: 40,
    weak_devices: 1,
  };
  expect(total(firstTicketReasons(row))).toBeGreaterThan(alertLine);
  expect(total(firstTicketReasons({ ...row, weak_devices: 20, estate_weak: 500, busy_days: 4 }))).toBeLessThan(45);
});

test("replication once is an alert, replication every half hour is a synchronisation", () => {
  const row: ReplicationRow = {
    source: "10.4.1.31",
    target: "10.4.1.2",
    calls: 6,
    days: 1,
    hours: 1,
    first_seen: "2026-03-02 10:00:00.000000",
    last_seen: "2026-03-02 10:00:09.000000",
    operations: ["DRSGetNCChanges"],
    people: [],
  };
  expect(total(replicationReasons(row))).toBeGreaterThan(alertLine);
  expect(total(replicationReasons({ ...row, calls: 48, hours: 24 }))).toBeLessThan(45);
});
