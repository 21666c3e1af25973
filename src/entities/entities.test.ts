import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shuffled } from "../findings/testing.ts";
import { registrableDomain, resolveEntities } from "./resolve.ts";
import { type DeviceAddressRow, type DeviceNameRow, type EntityRows, noEntityRows, type UserNameRow } from "./rows.ts";

const internal = ["10.0.0.0/8", "127.0.0.0/8", "fc00::/7"];
const resolve = (rows: Partial<EntityRows> = {}) => resolveEntities({ ...noEntityRows, ...rows }, { internal });

const userRow = (given: Partial<UserNameRow>): UserNameRow => ({
  user_name: null,
  user_domain: null,
  user_uid: null,
  user_sid: null,
  user_email_addr: null,
  ...given,
});
const nameRow = (
  device_hostname: string,
  device_uid: string | null = null,
  device_domain: string | null = null,
): DeviceNameRow => ({ device_hostname, device_uid, device_domain });
const day = (date: number, hour: number) =>
  `2026-11-${String(date).padStart(2, "0")} ${String(hour).padStart(2, "0")}:00:00.000000`;
const addressRow = (device_hostname: string, device_ip: string, from: string, to: string, origin = 0): DeviceAddressRow => ({
  device_hostname,
  device_ip,
  origin,
  first_seen: from,
  last_seen: to,
});

describe("people", () => {
  const sid = "S-1-5-21-1-2-3-1105";
  const users = [
    userRow({ user_name: "jane", user_domain: "CORP", user_uid: sid }),
    userRow({ user_name: "jane@corp.example", user_uid: "9f8b7c6d-1111-2222-3333-444455556666" }),
    userRow({ user_sid: sid, user_email_addr: "Jane@corp.example" }),
  ];

  test.each([
    ["CORP\\jane"],
    ["corp.example\\JANE"],
    ["jane"],
    ["JANE@CORP.EXAMPLE"],
    ["jane+news@corp.example"],
    ["Jane Doe <jane@corp.example>"],
    [sid],
    ["{9F8B7C6D-1111-2222-3333-444455556666}"],
    ["jane@corp.onmail.example"],
  ])("%s is jane@corp.example", (name) => {
    expect(resolve({ users }).user(name)).toEqual({ kind: "user", value: "jane@corp.example" });
  });

  test.each([
    ["SYSTEM"],
    ["NT AUTHORITY\\SYSTEM"],
    ["LOCAL SERVICE"],
    ["NT AUTHORITY\\NETWORK SERVICE"],
    ["ANONYMOUS LOGON"],
    ["Window Manager\\DWM-3"],
    ["UMFD-0"],
    ["NT SERVICE\\MSSQL"],
    ["S-1-5-18"],
    ["S-1-5-90-0-1"],
    ["-"],
    [""],
    ["AUTORITE NT\\Système"],
  ])("%s is nobody", (name) => {
    expect(resolve({ users }).user(name)).toBeNull();
  });

  test("a machine account is its device, in every form", () => {
    const entities = resolve({ devices: [nameRow("ws-12", null, "corp.example")] });
    for (const name of ["WS-12$", "CORP\\WS-12$", "ws-12$@CORP.EXAMPLE"])
      expect(entities.user(name)).toEqual({ kind: "device", value: "ws-12" });
  });

  test("two people of one name stay two: other domains, other SIDs, a local account of a device, an outside address", () => {
    const other = resolve({
      users: [...users, userRow({ user_name: "jane", user_domain: "SUBSIDIARY", user_sid: "S-1-5-21-9-9-9-1200" })],
    });
    expect(other.user("SUBSIDIARY\\jane")).toEqual({ kind: "user", value: "subsidiary\\jane" });
    expect(other.user("CORP\\jane")).toEqual({ kind: "user", value: "jane@corp.example" });
    expect(other.user("jane")).toEqual({ kind: "user", value: "jane" });

    const local = resolve({
      users: [...users, userRow({ user_name: "jane", user_domain: "WS-12", user_sid: "S-1-5-21-7-7-7-1001" })],
      devices: [nameRow("ws-12")],
    });
    expect(local.user("WS-12\\jane")).toEqual({ kind: "user", value: "ws-12\\jane" });
    expect(local.user("jane")).toEqual({ kind: "user", value: "jane@corp.example" });

    expect(resolve({ users }).user("jane@evil.example")).toEqual({ kind: "user", value: "jane@evil.example" });
  });

  test("administrators of two domains are not one, and a bare administrator is nobody in particular", () => {
    const entities = resolve({
      users: [userRow({ user_name: "administrator", user_domain: "CORP" }), userRow({ user_name: "Administrator@corp.example" })],
    });
    expect(entities.user("CORP\\Administrator")).toEqual({ kind: "user", value: "corp\\administrator" });
    const bare = entities.user("Administrator");
    expect(bare).toEqual({ kind: "user", value: "administrator" });
    expect(entities.isCommonName(bare ?? { kind: "ip", value: "" })).toBe(true);
  });

  test("a placeholder id that many accounts carry joins none of them", () => {
    const shared = Array.from({ length: 9 }, (_, id) =>
      userRow({ user_name: `user${id}`, user_domain: "CORP", user_uid: "11111111-0000-0000-0000-000000000000" }),
    );
    const names = resolve({ users: shared });
    expect(names.user("CORP\\user1")).toEqual({ kind: "user", value: "corp\\user1" });
    expect(names.user("CORP\\user2")).toEqual({ kind: "user", value: "corp\\user2" });
    expect(
      resolve({
        users: [userRow({ user_name: "a-user", user_uid: "1000" }), userRow({ user_name: "b-user", user_uid: "1000" })],
      }).user("a-user"),
    ).toEqual({ kind: "user", value: "a-user" });
  });
});

describe("devices", () => {
  test("short and full names in any case are one device; two domains with the same short name are two", () => {
    const one = resolve({ devices: [nameRow("WS-12.corp.example")] });
    for (const name of ["ws-12", "WS-12", "ws-12.corp.example.", "\\\\WS-12"])
      expect(one.device(name)).toEqual({ kind: "device", value: "ws-12" });
    const two = resolve({ devices: [nameRow("ws-12.corp.example"), nameRow("ws-12.lab.example")] });
    expect(two.device("ws-12.lab.example")).toEqual({ kind: "device", value: "ws-12.lab.example" });
    expect(two.device("ws-12")).toEqual({ kind: "device", value: "ws-12" });
    for (const name of ["-", "localhost", "10.0.0.1", ""]) expect(one.device(name)).toBeNull();
  });

  test("a name cut to NetBIOS' 15 characters is the one longer name that begins with it", () => {
    const entities = resolve({ devices: [nameRow("accounting-laptop-7")] });
    expect(entities.device("ACCOUNTING-LAPT")).toEqual({ kind: "device", value: "accounting-laptop-7" });
    const ambiguous = resolve({ devices: [nameRow("accounting-laptop-7"), nameRow("accounting-laptop-8")] });
    expect(ambiguous.device("ACCOUNTING-LAPT")).toEqual({ kind: "device", value: "accounting-lapt" });
  });

  test("a sensor's id joins the names of a renamed device, and not those of a cloned image", () => {
    const renamed = resolve({ devices: [nameRow("ws-12", "aid-1"), nameRow("ws-99", "AID-1")] });
    expect(renamed.deviceOfUid("aid-1")).toEqual(renamed.device("ws-99"));
    expect(renamed.device("ws-12")).toEqual(renamed.device("ws-99"));
    const cloned = resolve({ devices: [1, 2, 3, 4].map((id) => nameRow(`ws-${id}`, "aid-1")) });
    expect(cloned.deviceOfUid("aid-1")).toBeNull();
    expect(cloned.device("ws-1")).not.toEqual(cloned.device("ws-2"));
  });

  test("an address is the device that had it then, between leases the nearest, claimed by two neither's", () => {
    const entities = resolve({
      addresses: [
        addressRow("ws-1", "10.0.0.5", day(2, 8), day(2, 12)),
        addressRow("ws-2", "10.0.0.5", day(2, 14), day(2, 18)),
        addressRow("ws-3", "10.0.0.5", day(4, 8), day(4, 18)),
        addressRow("ws-4", "10.0.0.5", day(4, 9), day(4, 17)),
      ],
    });
    const at = (date: number, hour: number) => entities.address("10.0.0.5", day(date, hour))?.value;
    expect([at(2, 9), at(2, 12), at(2, 15), at(2, 20)]).toEqual(["ws-1", "ws-1", "ws-2", "ws-2"]);
    expect([at(2, 13), at(3, 9), at(4, 10), at(6, 9)]).toEqual(["10.0.0.5", "10.0.0.5", "10.0.0.5", "10.0.0.5"]);
  });

  test("what a device says of itself outweighs what DNS says of it", () => {
    const entities = resolve({
      addresses: [
        addressRow("intranet.corp.example", "10.0.0.9", day(2, 0), day(2, 23), 2),
        addressRow("srv-9.corp.example", "10.0.0.9", day(2, 1), day(2, 2), 0),
      ],
    });
    expect(entities.address("10.0.0.9", day(2, 1))).toEqual({ kind: "device", value: "srv-9" });
  });

  test("addresses outside stay addresses; those that every device has are nobody's; names outside are registrable domains", () => {
    const entities = resolve({ devices: [nameRow("ws-12.corp.example")] });
    expect(entities.address("198.51.100.7", day(2, 1))).toEqual({ kind: "ip", value: "198.51.100.7" });
    for (const address of ["127.0.0.1", "::1", "0.0.0.0", "224.0.0.251", "fe80::1", "not an address", "123.456.7.89"])
      expect(entities.address(address, day(2, 1))).toBeNull();
    expect(entities.host("a.b.evil.example.com")).toEqual({ kind: "domain", value: "example.com" });
    expect(entities.host("ws-77.corp.example")).toEqual({ kind: "device", value: "ws-77" });
    expect(entities.host("198.51.100.7")).toBeNull();
    expect(registrableDomain("shop.github.io")).toBe("shop.github.io");
  });

  test("how many share a value is known under every name of it", () => {
    const entities = resolve({
      devices: [nameRow("dc-1.corp.example")],
      addresses: [addressRow("dc-1", "10.0.0.1", day(1, 0), day(9, 0))],
      shared: [
        { kind: "ip", value: "10.0.0.1", sharers: 400 },
        { kind: "device", value: "dc-1.corp.example", sharers: 90 },
        { kind: "domain", value: "www.example.com", sharers: 70 },
      ],
    });
    expect(entities.sharers({ kind: "device", value: "dc-1" })).toBe(400);
    expect(entities.sharers({ kind: "domain", value: "example.com" })).toBe(70);
    expect(entities.sharers({ kind: "device", value: "ws-1" })).toBeNull();
  });
});

test("the order of the rows does not matter", () => {
  const id = fc.integer({ min: 1, max: 4 });
  const user = fc
    .record({ name: fc.option(id), domain: fc.option(fc.constantFrom("CORP", "LAB")), sid: fc.option(id), mail: fc.option(id) })
    .map(({ name, domain, sid, mail }) =>
      userRow({
        user_name: name === null ? null : `user${name}`,
        user_domain: domain,
        user_sid: sid === null ? null : `S-1-5-21-1-1-1-${sid}`,
        user_email_addr: mail === null ? null : `user${mail}@corp.example`,
      }),
    );
  const device = fc
    .record({ name: id, suffix: fc.constantFrom("", ".corp.example", ".lab.example"), uid: fc.option(id) })
    .map(({ name, suffix, uid }) => nameRow(`ws-${name}${suffix}`, uid === null ? null : `aid-${uid}`));
  const address = fc
    .record({ name: id, ip: id, hour: fc.integer({ min: 0, max: 20 }) })
    .map(({ name, ip, hour }) => addressRow(`ws-${name}`, `10.0.0.${ip}`, day(2, hour), day(2, hour + 2)));
  const questions = [
    "user1",
    "CORP\\user2",
    "LAB\\user2",
    "user3@corp.example",
    "S-1-5-21-1-1-1-4",
    "ws-1",
    "ws-2.lab.example",
    "ws-3.corp.example",
  ];
  fc.assert(
    fc.property(fc.array(user), fc.array(device), fc.array(address), fc.nat(), (users, devices, addresses, seed) => {
      const answers = (rows: Partial<EntityRows>) => {
        const entities = resolve(rows);
        return [
          ...questions.flatMap((name) => [entities.user(name), entities.device(name)]),
          ...[1, 2, 3, 4].map((ip) => entities.address(`10.0.0.${ip}`, day(2, 12))),
          entities.deviceOfUid("aid-1"),
        ];
      };
      expect(
        answers({ users: shuffled(users, seed), devices: shuffled(devices, seed), addresses: shuffled(addresses, seed) }),
      ).toEqual(answers({ users, devices, addresses }));
    }),
    { seed: 42, numRuns: 300 },
  );
});
