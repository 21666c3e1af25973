import { expect, test } from "vitest";
import { rowShows, techniquesShown } from "./shown.ts";

const hunt = { techniques: ["T1003.001", "T1003.002", "T1003.003"] };

test("a row that names its techniques counts only for hypotheses about them", () => {
  const memory = { techniques: ["T1003.001"] };
  expect(rowShows(memory, { techniques: ["T1003.001"] })).toBe(true);
  expect(rowShows(memory, { techniques: ["T1003"] })).toBe(true);
  expect(rowShows(memory, { techniques: ["T1003.003"] })).toBe(false);
  expect(rowShows({ techniques: ["T1098"] }, { techniques: ["T1098.001"] })).toBe(true);
  expect(rowShows({}, { techniques: ["T1071.001"] })).toBe(true);
});

test("a result speaks of what its rows show, else of what the hunt could have shown, as far as the hypothesis asks", () => {
  expect(techniquesShown(hunt, { techniques: ["T1003"] }, [{ techniques: ["T1003.003"] }])).toEqual(["T1003.003"]);
  expect(techniquesShown(hunt, { techniques: ["T1003"] }, [])).toEqual(hunt.techniques);
  expect(techniquesShown(hunt, { techniques: ["T1003.002"] }, [])).toEqual(["T1003.002"]);
  expect(techniquesShown(hunt, { techniques: ["T1566"] }, [])).toEqual(["T1003.001"]);
  expect(techniquesShown({ techniques: [] }, { techniques: ["T1566"] }, [])).toEqual([]);
});
