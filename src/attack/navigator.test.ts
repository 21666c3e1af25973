import { expect, test } from "vitest";
import { z } from "zod";
import { mapToAttack } from "./coverage.ts";
import { attack, finding, look, table } from "./fixtures/run.ts";
import { navigatorLayer } from "./navigator.ts";

// The published definition of layer format 4.5 (attack-navigator, layers/spec/v4.5): property names, types, what is required, and
// the rules in its notes. Strict, because the Navigator drops what it does not know without a word.
const color = z.string().regex(/^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/);
const divider = z.strictObject({ divider: z.boolean() });
const metadata = z.array(z.union([z.strictObject({ name: z.string().min(1), value: z.string().min(1) }), divider]));
const links = z.array(z.union([z.strictObject({ label: z.string(), url: z.url() }), divider]));
const layerFormat = z.strictObject({
  versions: z
    .strictObject({
      attack: z.string().regex(/^\d+$/).optional(),
      navigator: z.string().regex(/^(4\.9|5)\./),
      layer: z.literal("4.5"),
    })
    .optional(),
  name: z.string(),
  description: z.string().optional(),
  domain: z.enum(["enterprise-attack", "mobile-attack", "ics-attack"]),
  customDataURL: z.url().optional(),
  filters: z.strictObject({ platforms: z.array(z.string()) }).optional(),
  sorting: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).optional(),
  layout: z
    .strictObject({
      layout: z.enum(["side", "flat", "mini"]).optional(),
      showID: z.boolean().optional(),
      showName: z.boolean().optional(),
      showAggregateScores: z.boolean().optional(),
      countUnscored: z.boolean().optional(),
      aggregateFunction: z.enum(["average", "min", "max", "sum"]).optional(),
      expandedSubtechniques: z.enum(["none", "all", "annotated"]).optional(),
    })
    .optional(),
  hideDisabled: z.boolean().optional(),
  techniques: z
    .array(
      z.strictObject({
        techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
        tactic: z.string().optional(),
        comment: z.string().optional(),
        enabled: z.boolean().optional(),
        score: z.number().optional(),
        color: z.union([z.literal(""), color]).optional(),
        metadata: metadata.optional(),
        links: links.optional(),
        showSubtechniques: z.boolean().optional(),
      }),
    )
    .optional(),
  gradient: z
    .strictObject({ colors: z.array(color).min(2), minValue: z.number(), maxValue: z.number() })
    .refine(({ minValue, maxValue }) => maxValue > minValue)
    .optional(),
  legendItems: z.array(z.strictObject({ label: z.string(), color })).optional(),
  showTacticRowBackground: z.boolean().optional(),
  tacticRowBackground: color.optional(),
  selectTechniquesAcrossTactics: z.boolean().optional(),
  selectSubtechniquesWithParent: z.boolean().optional(),
  selectVisibleTechniques: z.boolean().optional(),
  metadata: metadata.optional(),
  links: links.optional(),
});

const coverage = mapToAttack({
  findings: [finding("f1", ["T1078", "T1071.001", "T9999"])],
  hunts: [],
  detectors: [look("beaconing", ["T1071.001", "T1046"]), look("ssh", ["T1021.004"], { failed: true })],
  tables: new Map([table("network_activity", 10, { src_endpoint_ip: 1 })]),
  attack,
});
const layer = navigatorLayer(coverage, { name: "Hunt", description: "1 to 8 November 2026" });
const entries = (id: string) => layer.techniques.filter((each) => each.techniqueID === id);

test("the layer is one of format 4.5, as written to the file", () => {
  expect(() => layerFormat.parse(JSON.parse(JSON.stringify(layer)))).not.toThrow();
  expect(layer.versions).toEqual({ attack: "19", navigator: "5.2.0", layer: "4.5" });
});

test("every technique stands under every tactic of it, by a shortname of this ATT&CK version, once", () => {
  const shortnames = new Set(attack.tactics.map((tactic) => tactic.shortname));
  const places = layer.techniques.map((each) => `${each.tactic} ${each.techniqueID}`);
  expect(new Set(places).size).toBe(places.length);
  expect(places).toHaveLength(attack.techniques.reduce((sum, technique) => sum + technique.tactics.length, 0));
  for (const { tactic } of layer.techniques) expect(shortnames).toContain(tactic);
  expect(entries("T1078").map((each) => each.tactic)).toEqual([
    "initial-access",
    "persistence",
    "privilege-escalation",
    "stealth",
  ]);
});

test("what was seen has its confidence as score; the other states have the colour of the legend", () => {
  const colors = new Map(layer.legendItems.map(({ label, color }) => [label, color]));
  expect(entries("T1071.001")[0]).toMatchObject({ score: 40, comment: "Seen: 1 finding." });
  expect(entries("T1071.001")[0]).not.toHaveProperty("color");
  expect(entries("T1046")[0]).toMatchObject({ score: 0, color: colors.get("looked and clean") });
  expect(entries("T1021.004")[0]).toMatchObject({ color: colors.get("no data to look at") });
  expect(entries("T1021.004")[0]).not.toHaveProperty("score");
  expect(entries("T1595")[0]).toMatchObject({
    color: colors.get("no analytic"),
    metadata: [{ name: "state", value: "no-analytic" }],
  });
  expect(new Set(colors.values()).size).toBe(4);
});

test("a technique is opened where one of its sub-techniques was seen, and nowhere else", () => {
  expect(layer.techniques.filter((each) => each.showSubtechniques).map((each) => each.techniqueID)).toEqual(["T1071"]);
});

test("an id that ATT&CK lacks stands in the layer's metadata, and MITRE's notice travels along", () => {
  expect(layer.metadata).toContainEqual({ name: "not in ATT&CK 19", value: "T9999" });
  expect(layer.metadata).toContainEqual({ name: "notice", value: attack.notice });
});

test("a minor version is written as the major one, which is what the Navigator loads", () => {
  expect(navigatorLayer({ ...coverage, version: "19.2" }, { name: "", description: "" }).versions.attack).toBe("19");
});
