import { describe, expect, test } from "vitest";
import { loadAttack } from "../attack/attack.ts";
import { schemaColumns } from "../hunts/columns.ts";
import { loadHunts } from "../hunts/load.ts";
import { componentsOf, dataComponents } from "./data-components.ts";
import { knowledge, recordOf } from "./knowledge.ts";

const attack = loadAttack();
const columns = await schemaColumns();
const hunts = await loadHunts();
const huntIds = new Set(hunts.map(({ id }) => id));

describe("the knowledge", () => {
  test("speaks of at least forty techniques of ATT&CK, each once", () => {
    const ids = knowledge.map(({ technique }) => technique);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => attack.technique(id)?.uid !== id)).toEqual([]);
  });

  test.each(knowledge.map((record) => [record.technique, record] as const))(
    "of %s names tables, columns and hunts that exist",
    (_, record) => {
      for (const trace of record.seenIn) {
        expect(columns.has(trace.table), trace.table).toBe(true);
        expect(trace.columns.filter((column) => columns.get(trace.table)?.has(column) !== true)).toEqual([]);
      }
      expect(record.hunts.length).toBeGreaterThan(0);
      expect(record.hunts.filter((id) => !huntIds.has(id))).toEqual([]);
      expect(record.steps.length).toBeGreaterThanOrEqual(3);
      expect(record.indicators.length).toBeGreaterThanOrEqual(2);
      for (const text of [record.title, record.behaviour, record.supportsIf, record.refutedIf, record.benign])
        expect(text.length).toBeGreaterThan(15);
    },
  );

  test("calls on every hunt of the library", () => {
    const called = new Set(knowledge.flatMap((record) => record.hunts));
    expect([...huntIds].filter((id) => !called.has(id))).toEqual([]);
  });

  test("asks only hunts whose rows show the technique or a kind of it: what merely goes with it is a hypothesis of its own", () => {
    const shows = (id: string, technique: string) => {
      const shown = hunts.find((hunt) => hunt.id === id)?.techniques ?? [];
      return shown.length === 0 || shown.some((one) => one === technique || one.startsWith(`${technique}.`));
    };
    const astray = knowledge.flatMap(({ technique, hunts: own }) =>
      own.filter((id) => !shows(id, technique)).map((id) => `${technique} ${id}`),
    );
    expect(astray).toEqual([]);
  });

  test("is found for retired ids, sub-techniques and parents", () => {
    expect(recordOf("T1562.001", attack)?.technique).toBe("T1685");
    expect(recordOf("T1048.003", attack)?.technique).toBe("T1048");
    expect(recordOf("T1110", attack)?.technique).toBe("T1110.001");
    expect(recordOf("T9999", attack)).toBeNull();
  });
});

describe("the data components", () => {
  test("are ATT&CK's, and point at tables and columns that exist", () => {
    const known = new Set(attack.techniques.flatMap((technique) => technique.dataComponents.map(({ uid }) => uid)));
    expect(Object.keys(dataComponents).length).toBeGreaterThanOrEqual(35);
    expect(Object.keys(dataComponents).filter((uid) => !known.has(uid))).toEqual([]);
    for (const need of Object.values(dataComponents).flat())
      expect(need.columns.filter((column) => columns.get(need.table)?.has(column) !== true)).toEqual([]);
  });

  test("are there when one of their tables has values", () => {
    const tables = new Map([
      [
        "process_activity",
        {
          table: "process_activity",
          rows: 10,
          firstTime: null,
          lastTime: null,
          filled: { process_name: 1, process_cmd_line: 0 },
        },
      ],
    ]);
    const components = [
      { uid: "DC0032", name: "Process Creation" },
      { uid: "DC0064", name: "Command Execution" },
      { uid: "DC0035", name: "Process Access" },
    ];
    expect(componentsOf(components, tables)).toEqual({
      there: ["Process Creation"],
      absent: ["Command Execution", "Process Access"],
    });
  });
});
