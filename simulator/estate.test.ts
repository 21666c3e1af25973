import { expect, test } from "vitest";
import { adminAccountOf, estateOf, serverOf } from "./estate.ts";

test("in an estate of 20,000 no two people and no two devices share a name, an id or an address", () => {
  const estate = estateOf(42, { people: 20_000 });
  const { people } = estate;
  const devices = [...estate.workstations, ...estate.servers];
  const administrators = people.filter(({ department }) => department === "it").map(adminAccountOf);
  const isUnique = (values: readonly string[]) => new Set(values).size === values.length;
  expect(people).toHaveLength(20_000);
  for (const key of ["account", "mail", "sid", "userId", "homeAddress"] as const)
    expect(isUnique(people.map((person) => person[key])), key).toBe(true);
  expect(isUnique([...people, ...administrators].map(({ sid }) => sid))).toBe(true);
  for (const key of ["hostname", "address", "agentId"] as const)
    expect(isUnique(devices.map((device) => device[key])), key).toBe(true);
  expect(isUnique([...devices.map(({ address }) => address), ...estate.printers])).toBe(true);
});

test("everybody has a desk, shifts of operations share one, and every kind of server is there", () => {
  const estate = estateOf(7, { people: 400 });
  expect(new Set(estate.workstations.flatMap(({ users }) => users)).size).toBe(400);
  const shared = estate.workstations.filter(({ users }) => users.length > 1);
  expect(shared.length).toBeGreaterThan(2);
  for (const { users } of shared) {
    expect(new Set(users.map(({ department }) => department))).toEqual(new Set(["operations"]));
    expect(new Set(users.map(({ office }) => office.code)).size).toBe(1);
  }
  for (const role of ["domain-controller", "files", "jump-host", "scanner", "backup", "mail-relay", "management"] as const)
    expect(serverOf(estate, role).role).toBe(role);
});

test("an estate with one office goes out through one address, and its size has bounds", () => {
  const estate = estateOf(42, { people: 500, offices: 1 });
  expect(new Set(estate.people.map(({ office }) => office.egressAddress)).size).toBe(1);
  expect(estateOf(42, { people: 500 }).offices.length).toBeGreaterThan(3);
  expect(estateOf(42, { people: 500, offices: 1 })).toEqual(estate);
  for (const people of [39, 50_001, 60.5]) expect(() => estateOf(42, { people })).toThrow(/40 to 50,000/);
});
