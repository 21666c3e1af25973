import { expect, test } from "vitest";
import { severityOf } from "../../findings/severity.ts";
import type { FindingDraft } from "../../types.ts";
import detector from "./index.ts";

const row = {
  vendor: "Example",
  product: "Example EDR",
  title: "Suspicious process",
  entity: "ws-1",
  alerts: "3",
  worst_severity: "Medium",
  about: null,
  first_time: "2026-11-02 08:00:00.000000",
  last_time: "2026-11-02 09:00:00.000000",
  states: ["new", null],
  incidents: [null],
  techniques: ["T1059.001"],
  devices: ["ws-1"],
  device_addresses: [null],
  users: ["ann@corp.example"],
  sources: [],
  destinations: [],
  processes: ["powershell.exe"],
  command_lines: [],
  hashes: [],
  event_uids: ["a", "b", "c"],
};

function draftOf(part: Record<string, unknown>): FindingDraft {
  const [draft] = detector.assess(
    { detect: [detector.questions.detect?.row.parse({ ...row, ...part })] },
    {
      window: { from: "2026-11-02 00:00:00.000000", to: "2026-11-03 00:00:00.000000" },
      parameters: {},
      seed: 42,
      internal: [],
      tables: new Map(),
      model: null,
      note: () => {},
      keepModel: () => {},
      keepPeopleMap: () => {},
    },
  );
  if (draft === undefined) throw new Error("an alert is carried through");
  return draft;
}

test("an alert keeps the vendor's severity, and its score lies in the same band", () => {
  for (const severity of ["Critical", "High", "Medium", "Low", "Informational"] as const) {
    const draft = draftOf({ worst_severity: severity });
    expect(draft.vendorSeverity).toBe(severity);
    expect(severityOf(draft.score)).toBe(severity);
  }
});

test("a severity of the vendor's own words counts as none", () => {
  expect(draftOf({ worst_severity: "Sehr hoch" }).vendorSeverity).toBe("Informational");
});

test("its title says what, where and how often; what is missing is left out", () => {
  const draft = draftOf({});
  expect(draft.title).toBe("Example EDR: Suspicious process on ws-1 (3 times)");
  expect(draftOf({ entity: "", alerts: 1 }).title).toBe("Example EDR: Suspicious process");
  expect(draft.observables.map(({ name, value }) => `${name} ${value}`)).toEqual([
    "device.hostname ws-1",
    "user.name ann@corp.example",
    "process.name powershell.exe",
  ]);
  expect(draft.eventUids).toEqual(["a", "b", "c"]);
});
