import { expect, test } from "vitest";
import { sendersOutside } from "./senders.ts";
import { findingOf } from "./testing.ts";

const click = findingOf("phishing-click", 60, 9, ["user.name=jane@corp.example", "email.from=Billing@evil.example"]);
const spread = findingOf("internal-phishing", 70, 10, ["email.from=jane@corp.example", "email.to=omar@corp.example"]);

test("who only sent mail is a sender; an account that does more is not", () => {
  expect([...sendersOutside([click, spread])]).toEqual(["billing@evil.example"]);
  expect([...sendersOutside([spread])]).toEqual(["jane@corp.example"]);
  expect([...sendersOutside([])]).toEqual([]);
});
