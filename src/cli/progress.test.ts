import { expect, test } from "vitest";
import { progressOn } from "./progress.ts";

function listening() {
  let now = 1_000_000;
  const said: string[] = [];
  const terminal = {
    out: () => {},
    outWritten: () => Promise.resolve(),
    note: () => {},
    done: () => {},
    progress: (text: string) => void said.push(text),
  };
  const progress = progressOn(terminal, () => now);
  return {
    said,
    after: (milliseconds: number, done: number, total: number | null, stage = "import", part = "a.log") => {
      now += milliseconds;
      progress({ stage, part, done, total });
    },
  };
}

test("tells stage, count and part, and the time left once the pace is known", () => {
  const { said, after } = listening();
  after(0, 0, 100);
  after(1000, 10, 100);
  after(4000, 50, 100);
  after(1000, 60, 10_000);
  expect(said).toEqual([
    "import: 0 of 100  a.log",
    "import: 10 of 100  a.log",
    "import: 50 of 100, about 5 s left  a.log",
    "import: 60 of 10000, about 17 min left  a.log",
  ]);
});

test("is told at most ten times a second, each stage from its beginning", () => {
  const { said, after } = listening();
  after(0, 0, 3);
  after(20, 1, 3);
  after(20, 2, 3);
  after(20, 0, null, "detect", "\u001b[31mbeaconing");
  after(3000, 7, null, "detect", "beaconing");
  expect(said).toEqual(["import: 0 of 3  a.log", "detect: 0  beaconing", "detect: 7  beaconing"]);
});
