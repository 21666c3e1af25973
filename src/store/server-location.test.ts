import { expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { serverLocation } from "./server-location.ts";

function refusal(url: string): SpoorError {
  try {
    serverLocation(url);
  } catch (thrown) {
    if (thrown instanceof SpoorError) return thrown;
  }
  throw new Error(`${url} was accepted`);
}

test("a URL names the server, the user and the database", () => {
  expect(serverLocation("https://ann:s%20cret@logs.example.test:8443/case_7")).toEqual({
    nodes: ["https://logs.example.test:8443"],
    username: "ann",
    password: "s cret",
    database: "case_7",
    cluster: null,
    isReplicated: false,
  });
});

test("what a URL leaves out has a default; a password given apart wins", () => {
  const location = serverLocation("http://localhost:8123", "given");
  expect([location.username, location.password, location.database]).toEqual(["default", "given", "spoor"]);
});

test("a cluster is named with its nodes, each once", () => {
  const location = serverLocation("http://a:8123/d?cluster=hunters-1&nodes=a:8123,b:8123,c&replicated=1");
  expect([location.cluster, location.nodes, location.isReplicated]).toEqual([
    "hunters-1",
    ["http://a:8123", "http://b:8123", "http://c"],
    true,
  ]);
});

test.each([
  ["ftp://user:hunter2@host/d", "http"],
  ["not a url hunter2", "http"],
  ["http://user:hunter2@host/d'; DROP", "database"],
  ["http://user:hunter2@host/d?cluster=x'", "cluster"],
  ["http://user:hunter2@host/d?shards=3", "shards"],
  ["http://user:hunter2@host/d?nodes=:::", "nodes"],
])("%s is refused without saying the password", (url, about) => {
  const error = refusal(url);
  expect([error.code, error.message]).toEqual(["usage", expect.stringContaining(about)]);
  expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain("hunter2");
});
