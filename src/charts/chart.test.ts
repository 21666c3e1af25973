import { describe, expect, test } from "vitest";
import { hostileTexts } from "../../test/hostile-text.ts";
import { type Chart, draw } from "./chart.ts";

const from = "2026-11-01 00:00:00.000000";
const to = "2026-11-02 00:00:00.000000";
const at = (minute: number): string =>
  new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString().replace("T", " ").replace("Z", "000");

/** Each chart with a text of the caller's choice wherever a log may bring one. */
function charts(text: (index: number) => string): Chart[] {
  return [
    {
      kind: "heat-map",
      data: {
        tactics: [
          {
            name: text(0),
            techniques: [
              { uid: "T1071", name: text(1), state: "seen", evidenceCount: 40 },
              { uid: "T1041", name: text(2), state: "seen", evidenceCount: 1 },
              { uid: "T1059", name: text(3), state: "looked-and-clean", evidenceCount: 0 },
              { uid: "T1003", name: text(4), state: "no-data", evidenceCount: 0 },
              { uid: "T1001", name: text(5), state: "no-analytic", evidenceCount: 0 },
            ],
          },
        ],
      },
    },
    {
      kind: "movement-graph",
      data: {
        sources: [text(6)],
        movements: [
          { from: text(6), to: text(7), protocol: "smb", count: 3 },
          { from: text(6), to: text(7), protocol: "service", count: 1 },
          { from: text(7), to: text(8), protocol: text(9), count: 1 },
          { from: text(8), to: text(6), protocol: "winrm", count: 2 },
        ],
        omittedHosts: 4,
      },
    },
    {
      kind: "beacon-timeline",
      data: {
        from,
        to,
        lanes: [
          {
            source: text(10),
            destination: text(11),
            times: Array.from({ length: 288 }, (_, index) => at(index * 5)),
            count: 288,
            periodSeconds: 300,
            jitterSeconds: 2,
          },
        ],
      },
    },
    {
      kind: "people-map",
      data: {
        explained: [0.5, 0.2],
        people: [
          ...Array.from({ length: 30 }, (_, index) => ({
            name: `account-${index}`,
            x: Math.sin(index),
            y: Math.cos(index),
            score: 5,
            isOutlier: false,
          })),
          { name: text(12), x: 6, y: 3, score: 91, isOutlier: true },
          { name: text(13), x: 6, y: -3, score: 80, isOutlier: true },
        ],
      },
    },
    {
      kind: "story-timeline",
      data: {
        tactics: ["Initial Access", text(14)],
        steps: [
          { time: at(0), tactic: "Initial Access", text: text(15) },
          { time: at(0), tactic: "Initial Access", text: text(16) },
          { time: at(90), tactic: text(14), text: text(17) },
        ],
      },
    },
    {
      kind: "findings-over-time",
      data: {
        from,
        to,
        findings: [
          { time: at(10), severity: "Critical", isVendorAlert: false },
          { time: at(10), severity: "Low", isVendorAlert: false },
          { time: "2025-01-01 00:00:00.000000", severity: "High", isVendorAlert: true },
          { time: "not a time", severity: "High", isVendorAlert: false },
        ],
      },
    },
  ];
}

const plain = charts((index) => `host-${index}.corp.example`);

describe.each(plain)("$kind", (chart) => {
  test("the same data give the same bytes, whatever was drawn before", () => {
    expect(draw(chart, { id: "a" })).toBe(draw(chart, { id: "a" }));
  });

  test("it has a title and a description of its own, and ids that cannot meet another chart's", () => {
    const svg = draw(chart, { id: "first chart!" });
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="first-chart-title first-chart-description"/);
    expect(svg).toMatch(/<title id="first-chart-title">[^<]+<\/title><desc id="first-chart-description">[^<]+<\/desc>/);
    const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id?.startsWith("first-chart"))).toBe(true);
  });

  test("it carries its style alone or leaves it to the page, and has no colour of its own otherwise", () => {
    expect(draw(chart, { id: "a" })).toContain("<style>");
    const bare = draw(chart, { id: "a", isStandalone: false });
    expect(bare).not.toContain("<style");
    expect(bare).not.toMatch(/ (style|fill|stroke)="/);
  });

  test.each([340, 860])("at %i px everything is drawn within the frame", (width) => {
    const svg = draw(chart, { id: "a", width, isStandalone: false });
    const size = /viewBox="0 0 (\d+) (\d+)"/.exec(svg);
    const [right, bottom] = [Number(size?.[1]), Number(size?.[2])];
    for (const [, x, y] of svg.matchAll(/<(?:text|rect)[^>]* x="([-\d.]+)" y="([-\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(right);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThanOrEqual(bottom);
    }
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

test("text from a log stays text: only the elements and attributes of a drawing occur", () => {
  const drawn = new Set(["svg", "title", "desc", "g", "path", "rect", "text", "circle"]);
  for (let shift = 0; shift < hostileTexts.length; shift += 1) {
    for (const chart of charts((index) => hostileTexts[(index + shift) % hostileTexts.length] ?? "")) {
      const svg = draw(chart, { id: "a", width: 340, isStandalone: false });
      for (const [, name] of svg.matchAll(/<\/?([^\s>/]+)/g)) expect(drawn).toContain(name);
      expect(svg.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
      expect(svg).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
  }
});

test("nothing to draw is drawn as nothing, not as an error", () => {
  const empty: Chart[] = [
    { kind: "heat-map", data: { tactics: [] } },
    { kind: "movement-graph", data: { movements: [], sources: [] } },
    { kind: "beacon-timeline", data: { from, to, lanes: [] } },
    {
      kind: "beacon-timeline",
      data: {
        from: "",
        to: "",
        lanes: [{ source: "a", destination: "b", times: [], count: 0, periodSeconds: 0, jitterSeconds: 0 }],
      },
    },
    { kind: "people-map", data: { people: [], explained: [0, 0] } },
    { kind: "story-timeline", data: { tactics: [], steps: [] } },
    { kind: "findings-over-time", data: { from, to: from, findings: [] } },
  ];
  for (const chart of empty) expect(draw(chart, { id: "a" })).not.toMatch(/NaN|Infinity|undefined/);
});

test("the heat map tells the four states apart without colour: a number, two kinds of frame, small squares", () => {
  const [chart] = plain;
  const svg = chart === undefined ? "" : draw(chart, { id: "a", isStandalone: false });
  expect(svg).toContain("seen, 40 pieces of evidence");
  expect(svg).toContain("looked for, not found");
  expect(svg).toContain("no data to look in");
  expect(svg).toContain("1 more without an analytic");
});

test("the movement graph names protocols and counts, and draws one arrow for a pair", () => {
  const chart = plain[1];
  const svg = chart === undefined ? "" : draw(chart, { id: "a", isStandalone: false });
  expect(svg).toContain("service, smb ×4");
  expect(svg.match(/class="edge(-source)?"/g)).toHaveLength(3);
  expect(svg.match(/class="host host-source"/g)).toHaveLength(1);
  expect(svg).toContain("and 4 more hosts; names without .corp.example");
});

test("the beacon timeline tells interval, jitter and number of calls", () => {
  const chart = plain[2];
  expect(chart === undefined ? "" : draw(chart, { id: "a" })).toContain("every 5 min, jitter 2 s, 288 calls");
});

test("ten thousand calls and people make a small drawing", () => {
  const times = Array.from({ length: 10_000 }, (_, index) => at(index * 0.14));
  const lane = { source: "a", destination: "b", times, count: 10_000, periodSeconds: 8, jitterSeconds: 1 };
  expect(
    draw({ kind: "beacon-timeline", data: { from, to, lanes: [lane] } }, { id: "a", isStandalone: false }).length,
  ).toBeLessThan(40_000);
  const people = Array.from({ length: 10_000 }, (_, index) => ({
    name: `p${index}`,
    x: Math.sin(index) * index,
    y: Math.cos(index * 2) * index,
    score: 1,
    isOutlier: false,
  }));
  expect(
    draw({ kind: "people-map", data: { people, explained: [0.4, 0.2] } }, { id: "a", isStandalone: false }).length,
  ).toBeLessThan(60_000);
});
