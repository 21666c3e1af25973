import { expect, test } from "vitest";
import { match } from "./match.ts";
import { findingLike, labelledLike } from "./testing.ts";

const pair = labelledLike({ source: ["10.0.0.1"], target: ["198.51.100.7", "c2.example"], port: 8443 });

test("a beacon is named by its source and by the destination's address or name; a port, when given, must agree", () => {
  const named = (observables: Record<string, string[]>) => match(pair, findingLike({ observables }));
  expect(named({ "src_endpoint.ip": ["10.0.0.1"], "dst_endpoint.ip": ["198.51.100.7"], "dst_endpoint.port": ["8443"] })).toBe(
    "full",
  );
  expect(named({ "src_endpoint.ip": ["10.0.0.1"], "dst_endpoint.hostname": ["C2.example."] })).toBe("full");
  expect(named({ "src_endpoint.ip": ["::ffff:10.0.0.1"], "dst_endpoint.ip": ["198.51.100.7"] })).toBe("full");
  expect(named({ "src_endpoint.ip": ["10.0.0.1"], "dst_endpoint.ip": ["198.51.100.7"], "dst_endpoint.port": ["443"] })).toBe(
    "partial",
  );
  expect(named({ "src_endpoint.ip": ["10.0.0.10"], "dst_endpoint.ip": ["198.51.100.7"] })).toBe("none");
  expect(named({ "src_endpoint.ip": ["10.0.0.1"], "dst_endpoint.ip": ["198.51.100.70"] })).toBe("none");
  expect(named({})).toBe("none");
});

test("a movement is named by hosts, short or whole names or addresses, and one of the protocols of its family", () => {
  const movement = labelledLike({
    source: ["WS5", "172.18.39.5"],
    target: ["WS6", "172.18.39.6"],
    protocols: ["service", "smb"],
  });
  const named = (source: string, target: string, protocols: string[]) =>
    match(
      movement,
      findingLike({
        observables: {
          "src_endpoint.hostname": [source],
          "dst_endpoint.hostname": [target],
          "connection_info.protocol_name": protocols,
        },
      }),
    );
  expect(named("ws5.theshire.local", "WS6", ["tcp", "SMB"])).toBe("full");
  expect(named("WS5", "172.18.39.6", ["winrm", "service"])).toBe("full");
  expect(named("WS5", "WS6", ["winrm"])).toBe("partial");
  expect(named("WS5", "WS6", [])).toBe("partial");
  expect(named("WS6", "WS5", ["smb"])).toBe("none");
  expect(named("WS55", "WS6", ["smb"])).toBe("none");
});

test("two whole names that share only their first label are two hosts", () => {
  const movement = labelledLike({ source: ["ws5.one.example"] });
  expect(match(movement, findingLike({ observables: { "src_endpoint.hostname": ["ws5.two.example"] } }))).toBe("none");
});

test("addresses are compared whole: a first octet is not a short name", () => {
  const movement = labelledLike({ source: ["10.0.0.1"] });
  expect(match(movement, findingLike({ observables: { "src_endpoint.ip": ["10"] } }))).toBe("none");
});

test("a tunnel is named by its source and its domain or a name below it", () => {
  const tunnel = labelledLike({ source: ["10.0.2.30"], domain: "pirate.sea" });
  const named = (source: string, name: string) =>
    match(tunnel, findingLike({ observables: { "src_endpoint.ip": [source], "query.hostname": [name] } }));
  expect(named("10.0.2.30", "pirate.sea")).toBe("full");
  expect(named("10.0.2.30", "*.pirate.sea")).toBe("full");
  expect(named("10.0.2.30", "vaaaakardli.pirate.sea.")).toBe("full");
  expect(named("10.0.2.30", "notpirate.sea")).toBe("none");
  expect(named("10.0.2.31", "pirate.sea")).toBe("none");
});

test("a principal is named whole, in an ARN, or by a segment", () => {
  const stolen = labelledLike({ user: "Stack-Role/i-0317f6c6b66ae9c40" });
  const named = (user: string) => match(stolen, findingLike({ observables: { "actor.user.name": [user] } }));
  expect(named("arn:aws:sts::123:assumed-role/Stack-Role/i-0317f6c6b66ae9c40")).toBe("full");
  expect(named("i-0317f6c6b66ae9c40")).toBe("full");
  expect(named("pedro")).toBe("none");
  expect(named("")).toBe("none");
});

test("a device stands for the source only where no source is named", () => {
  const label = labelledLike({ source: ["ws5"] });
  expect(match(label, findingLike({ observables: { "device.hostname": ["ws5"] } }))).toBe("full");
  expect(match(label, findingLike({ observables: { "device.hostname": ["ws5"], "src_endpoint.hostname": ["ws6"] } }))).toBe(
    "none",
  );
});
