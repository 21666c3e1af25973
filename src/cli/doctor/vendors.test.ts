import { expect, test } from "vitest";
import { proxyLines } from "./vendors.ts";

test.each([
  [{}, "20.20.0", []],
  [{ HTTPS_PROXY: "" }, "20.20.0", []],
  [{ HTTPS_PROXY: "http://proxy.example:3128" }, "20.20.0", ["warning"]],
  [{ https_proxy: "http://proxy.example:3128", NODE_USE_ENV_PROXY: "1" }, "22.20.0", ["warning"]],
  [{ HTTPS_PROXY: "http://proxy.example:3128" }, "24.1.0", ["warning"]],
  [{ HTTPS_PROXY: "http://me:word@proxy.example:3128", NODE_USE_ENV_PROXY: "1" }, "24.1.0", ["ok"]],
])("%j on Node %s: a proxy that is set and not used is told, without its password", (environment, node, states) => {
  const lines = proxyLines(environment, node);
  expect(lines.map(({ state }) => state)).toEqual(states);
  expect(JSON.stringify(lines)).not.toContain("word");
});
