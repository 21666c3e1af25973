import fc from "fast-check";
import { expect, test } from "vitest";
import { layered } from "./layers.ts";

const chain = [
  { from: "ws", to: "file" },
  { from: "file", to: "dc" },
  { from: "dc", to: "ws" },
];

test("a path reads from its source to the right, also where it comes back", () => {
  expect(layered(chain, ["ws"]).columns).toEqual([["ws"], ["file"], ["dc"]]);
});

test("a source that another source reached stands where it was reached", () => {
  expect(layered(chain, ["ws", "file"]).columns).toEqual([["ws"], ["file"], ["dc"]]);
});

test("without a known source, hosts that nothing leads to come first", () => {
  expect(
    layered(
      [
        { from: "a", to: "b" },
        { from: "c", to: "b" },
      ],
      [],
    ).columns,
  ).toEqual([["a", "c"], ["b"]]);
  expect(
    layered(
      [
        { from: "a", to: "b" },
        { from: "b", to: "a" },
      ],
      [],
    ).columns,
  ).toEqual([["a"], ["b"]]);
});

const links = fc.array(fc.record({ from: fc.constantFrom(..."abcdefgh"), to: fc.constantFrom(..."abcdefgh") }), {
  maxLength: 30,
});

test("every host has one place, and the order of the links does not matter", () => {
  fc.assert(
    fc.property(links, fc.array(fc.constantFrom(..."abcdefgh"), { maxLength: 3 }), (graph, sources) => {
      const layout = layered(graph, sources);
      const named = new Set(graph.flatMap((link) => [link.from, link.to]));
      expect(new Set(layout.columns.flat())).toEqual(named);
      expect(layout.columns.flat()).toHaveLength(named.size);
      expect(layered(graph.toReversed(), sources)).toEqual(layout);
    }),
  );
});
