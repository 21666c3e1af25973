import { expect, test } from "vitest";
import { resolveEntities } from "./resolve.ts";
import { noEntityRows } from "./rows.ts";

const times = { first_seen: "2026-11-02 08:00:00.000000", last_seen: "2026-11-02 18:00:00.000000" };
const entities = resolveEntities(
  {
    ...noEntityRows,
    addresses: [
      { device_hostname: "ws-12.corp.example", device_ip: "10.0.0.12", origin: 0, ...times },
      { device_hostname: "ws-13.corp.example", device_ip: "10.0.0.50", origin: 0, ...times },
      { device_hostname: "ws-14.corp.example", device_ip: "10.0.0.50", origin: 0, ...times },
    ],
    devices: [{ device_hostname: "ws-12", device_uid: null, device_domain: null }],
    users: [{ user_name: "alice", user_domain: "corp", user_uid: null, user_sid: null, user_email_addr: "alice@corp.example" }],
  },
  { internal: ["10.0.0.0/8"] },
);

test("a device has its host names and the addresses that were its own alone", () => {
  expect(entities.namesOf("ws-12")).toEqual(["ws-12", "10.0.0.12", "ws-12.corp.example"]);
  expect(entities.namesOf("ws-13")).toEqual(["ws-13", "ws-13.corp.example"]);
});

test("a person has accounts and addresses, under the name by which stories know them", () => {
  const person = entities.user("alice@corp.example")?.value ?? "";
  expect(entities.namesOf(person)).toEqual(expect.arrayContaining(["alice", "alice@corp.example"]));
});

test("what nobody knows has its own name", () => {
  expect(entities.namesOf("203.0.113.9")).toEqual(["203.0.113.9"]);
  expect(entities.namesOf("__proto__")).toEqual(["__proto__"]);
});

test("further rows bring further names", () => {
  const more = entities.with({ addresses: [{ device_hostname: "ws-15", device_ip: "10.0.0.15", origin: 1, ...times }] });
  expect(more.namesOf("ws-15")).toEqual(["ws-15", "10.0.0.15"]);
});
