import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { behaviours, families, rarity } from "./behaviours.ts";
import { deedsOf, type HitRow, hitsOf } from "./score.ts";

function hit(part: Partial<HitRow> = {}): HitRow {
  return {
    device: "ws-01",
    behaviour: "hidden encoded command",
    command_shape: "1",
    first_seen: "2026-11-05 10:00:00.000000",
    last_seen: "2026-11-05 10:00:00.000000",
    events: 1,
    days: 1,
    program: "powershell.exe",
    parent_program: "explorer.exe",
    account_name: "ann",
    command_line: "powershell -w hidden -enc …",
    program_path: "",
    origin: "process",
    account_names: ["ann"],
    processes: [],
    parents: [],
    uids: ["e1"],
    moments: ["2026-11-05 10:00:00.000000"],
    estate_devices: 1,
    estate_days: 1,
    estate_accounts: 1,
    all_devices: 200,
    ...part,
  };
}
const scoreOf = (...rows: HitRow[]) => deedsOf(hitsOf(rows, []))[0]?.score ?? 0;

describe("suspicious execution", () => {
  test("one encoded command is Low, and what fetches code from the Run dialogue with a dump of credentials is above the line", () => {
    expect(scoreOf(hit())).toBeLessThan(45);
    expect(
      scoreOf(hit({ behaviour: "pasted into the Run dialogue" }), hit({ behaviour: "credential dumping", command_shape: "2" })),
    ).toBeGreaterThan(70);
  });

  test("the more devices run it, the less it weighs; the end of an intrusion, everywhere at once, keeps its weight", () => {
    const weights = [1, 2, 3, 5, 20].map((devices) =>
      rarity({ family: "execution", devices, allDevices: 1000, days: 1, ownDays: 1 }),
    );
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(rarity({ family: "impact", devices: 300, allDevices: 1000, days: 1, ownDays: 1 })).toBe(1);
    expect(rarity({ family: "impact", devices: 300, allDevices: 1000, days: 9, ownDays: 9 })).toBeLessThan(0.5);
  });

  test("survey commands count from four different ones in half an hour on", () => {
    const survey = (shape: number, minute: number) =>
      hit({
        behaviour: "survey command",
        command_shape: `${shape}`,
        first_seen: at(minute),
        last_seen: at(minute),
        moments: [at(minute)],
      });
    expect(
      deedsOf(
        hitsOf(
          [0, 1, 2].map((shape) => survey(shape, shape)),
          [],
        ),
      ),
    ).toEqual([]);
    expect(
      deedsOf(
        hitsOf(
          [0, 1, 2, 3].map((shape) => survey(shape, shape * 18)),
          [],
        ),
      ),
    ).toEqual([]);
    expect(
      deedsOf(
        hitsOf(
          [0, 1, 2, 3].map((shape) => survey(shape, shape)),
          [],
        ),
      ),
    ).toHaveLength(1);
  });

  test("contributions add up to the score, in any order of the rows", () => {
    const kinds = Object.keys(behaviours).filter((name) => name !== "survey command");
    const row = fc
      .record({
        behaviour: fc.constantFrom(...kinds),
        shape: fc.integer({ min: 1, max: 9 }),
        devices: fc.integer({ min: 1, max: 30 }),
        minute: fc.integer({ min: 0, max: 59 }),
      })
      .map(({ behaviour, shape, devices, minute }) =>
        hit({
          behaviour,
          command_shape: `${behaviour} ${shape} ${minute}`,
          estate_devices: devices,
          first_seen: at(minute),
          last_seen: at(minute),
        }),
      );
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: ({ command_shape }) => command_shape }),
        (rows) => {
          const deeds = deedsOf(hitsOf(rows, []));
          for (const { reasons, score } of deeds)
            expect(
              Math.min(
                100,
                reasons.reduce((sum, { contribution }) => sum + contribution, 0),
              ),
            ).toBeCloseTo(score, 6);
          expect(deedsOf(hitsOf([...rows].reverse(), [])).map(({ family, score }) => [family, score])).toEqual(
            deeds.map(({ family, score }) => [family, score]),
          );
        },
      ),
      { seed: 42 },
    );
  });

  test("every behaviour belongs to a family that is told in words", () => {
    for (const { family } of Object.values(behaviours)) expect(families[family]).not.toBe("");
  });
});

function at(minute: number): string {
  return `2026-11-05 10:${String(minute).padStart(2, "0")}:00.000000`;
}
