import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SpoorError } from "../errors.ts";
import { attackFrom, loadAttack } from "./attack.ts";
import { bundledAttackData, bundledCoOccurrence, formatAttackData } from "./data.ts";
import { importStix, importStixFile } from "./import-stix.ts";

const path = fileURLToPath(new URL("./fixtures/small-bundle.json", import.meta.url));
const baseline = bundledAttackData();
const bundle = z.object({ type: z.string(), id: z.string(), objects: z.array(z.record(z.string(), z.unknown())) });
const small = () => bundle.parse(JSON.parse(readFileSync(path, "utf8")));

function thrown(run: () => unknown): SpoorError {
  try {
    run();
  } catch (error) {
    if (error instanceof SpoorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a bundle", () => {
  test("becomes data in Spoor's form: tactics by the matrix, techniques with their relations", async () => {
    const { data } = await importStixFile(path, { baseline });
    expect(data.version).toBe("19.9");
    expect(data.notice).toContain("© 2026 The MITRE Corporation");
    expect(data.tactics.map((each) => each.shortname)).toEqual(["initial-access", "execution", "stealth", "defense-impairment"]);
    expect(data.techniques.map((each) => each.uid)).toEqual(["T1059", "T1059.001", "T1078", "T1685"]);
    expect(data.techniques.find((each) => each.uid === "T1059.001")).toEqual({
      uid: "T1059.001",
      name: "PowerShell",
      tactics: ["execution"],
      platforms: ["Windows"],
      mitigations: ["M1038"],
      dataComponents: ["DC0032"],
      // Two groups, a malware and a tool, and one campaign that two relationships name.
      usage: [2, 2, 1],
    });
    expect(data.techniques.find((each) => each.uid === "T1059")).toMatchObject({ dataComponents: ["DC0064"], usage: [0, 0, 0] });
    expect(data.techniques.find((each) => each.uid === "T1078")?.tactics).toEqual(["initial-access", "stealth"]);
  });

  test("its retired ids resolve, with those known before as far as they lead to something live", async () => {
    const { data, gaps } = await importStixFile(path, { baseline });
    expect(data.retired).toMatchObject({ "T1562.001": "T1685", T1086: "T1059.001", T1089: "T1685" });
    expect(data.retired).not.toHaveProperty("T1064");
    for (const to of Object.values(data.retired)) expect(data.techniques.map((each) => each.uid)).toContain(to);
    expect(gaps.find((gap) => gap.kind === "assumption")).toMatchObject({ stage: "import", part: "ATT&CK bundle" });
  });

  test("written to a file, it is what loadAttack reads", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spoor-attack-"));
    try {
      const { data } = await importStixFile(path, { baseline });
      const file = join(folder, "attack.json");
      await writeFile(file, formatAttackData(data));
      const attack = loadAttack({ dataFile: file });
      expect(attack.version).toBe("19.9");
      expect(attack.tags(["T1086"])[0]).toMatchObject({
        tactic: { name: "Execution" },
        subTechnique: { name: "PowerShell" },
        version: "19.9",
      });
      expect(attack.tacticsOf("Defense Evasion", "T1685").map((each) => each.shortname)).toEqual(["defense-impairment"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("gives the same bytes whatever the order of its objects", () => {
    const turned = { ...small(), objects: small().objects.toReversed() };
    expect(formatAttackData(importStix(JSON.stringify(turned), { baseline }).data)).toBe(
      formatAttackData(importStix(JSON.stringify(small()), { baseline }).data),
    );
  });

  test("that splits a tactic gives the old name its successors", () => {
    const before = {
      ...baseline,
      tactics: baseline.tactics.flatMap((each) =>
        each.shortname === "stealth"
          ? [{ uid: "TA0005", shortname: "defense-evasion", name: "Defense Evasion" }]
          : each.shortname === "defense-impairment"
            ? []
            : [each],
      ),
      retiredTactics: [],
    };
    const { data } = importStix(readFileSync(path, "utf8"), { baseline: before });
    const attack = attackFrom(data, bundledCoOccurrence());
    expect(attack.tacticsOf("defense-evasion").map((each) => each.shortname)).toEqual(["stealth", "defense-impairment"]);
    expect(attack.tacticsOf("DefenseEvasion", "T1562.001").map((each) => each.shortname)).toEqual(["defense-impairment"]);
  });

  test("without a collection needs to be told its version; without a matrix it keeps the known order", () => {
    const objects = small().objects.filter((each) => each.type !== "x-mitre-collection" && each.type !== "x-mitre-matrix");
    const text = JSON.stringify({ ...small(), objects: objects.toReversed() });
    expect(thrown(() => importStix(text, { baseline }))).toMatchObject({
      code: "configuration",
      message: expect.stringContaining("version"),
    });
    const { data, gaps } = importStix(text, { baseline, version: "19.1" });
    expect(data.version).toBe("19.1");
    expect(data.tactics.map((each) => each.shortname)).toEqual(["initial-access", "execution", "stealth", "defense-impairment"]);
    expect(gaps.map((gap) => gap.reason).join(" ")).toContain("no matrix");
  });

  test("with two versions of an object counts the newer", () => {
    const text = JSON.stringify({
      ...small(),
      objects: small().objects.flatMap((each) =>
        each.name === "Valid Accounts" ? [{ ...each, name: "New Name", modified: "2027-01-01T00:00:00.000Z" }, each] : [each],
      ),
    });
    expect(importStix(text, { baseline }).data.techniques.find((each) => each.uid === "T1078")?.name).toBe("New Name");
  });
});

describe("hostile input", () => {
  test("that is no bundle is refused in words, with what to give instead", async () => {
    const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    for (const text of ["", "{", "null", "[]", "\u0000\u0001", '{"type":"bundle"}', '{"type":"bundle","objects":{}}', nested]) {
      expect(thrown(() => importStix(text, { baseline }))).toMatchObject({
        code: "configuration",
        hint: expect.stringContaining("enterprise-attack.json"),
      });
    }
    expect(thrown(() => importStix('{"type":"bundle","objects":[]}', { baseline, version: "20" })).message).toContain("usable");
    await expect(importStixFile(join(path, "missing"), { baseline })).rejects.toMatchObject({ code: "path-missing" });
    await expect(importStixFile(fileURLToPath(new URL(".", import.meta.url)), { baseline })).rejects.toMatchObject({
      code: "configuration",
    });
  });

  test("damaged objects are left out and counted, the rest is used", () => {
    const objects: unknown[] = [
      null,
      42,
      "text",
      { type: "attack-pattern" },
      { type: "attack-pattern", id: "../../etc/passwd", name: "x" },
      {
        type: "x-mitre-tactic",
        id: "x-mitre-tactic--00000000-0000-4000-8000-0000000000aa",
        name: "x",
        x_mitre_shortname: "__proto__",
      },
      { type: "unheard-of" },
    ];
    const { data, gaps } = importStix(JSON.stringify({ ...small(), objects: [...small().objects, ...objects] }), { baseline });
    expect(data.techniques).toHaveLength(4);
    expect(gaps.find((gap) => gap.kind === "damaged")?.count).toBe(6);
  });

  test("names lose control characters and text-direction tricks, and are bounded", () => {
    const objects = small().objects.map((each) =>
      each.name === "Valid Accounts" ? { ...each, name: `Valid\u001b[31m\u202e \n Accounts${"x".repeat(1000)}` } : each,
    );
    const { data } = importStix(JSON.stringify({ ...small(), objects }), { baseline });
    const name = data.techniques.find((each) => each.uid === "T1078")?.name ?? "";
    expect(name).toMatch(/^Valid \[31m Accountsx+$/);
    expect(name).toHaveLength(200);
  });

  test("technique ids that are not, __proto__ among them, do not get in", () => {
    const ids = ["__proto__", "constructor", "T1", "T1059.1", "TA0001", "T1059<script>"];
    const pattern = small().objects.find((each) => each.name === "Valid Accounts") ?? {};
    const objects = ids.map((id, position) => ({
      ...pattern,
      id: `attack-pattern--00000000-0000-4000-8000-00000000f${String(position).padStart(3, "0")}`,
      external_references: [{ source_name: "mitre-attack", external_id: id }],
    }));
    const { data } = importStix(JSON.stringify({ ...small(), objects: [...small().objects, ...objects] }), { baseline });
    expect(data.techniques.map((each) => each.uid)).toEqual(["T1059", "T1059.001", "T1078", "T1685"]);
  });

  test("ids that retire each other in a circle lead nowhere, and end", () => {
    const retired = { ...baseline.retired, T1001: "T1002", T1002: "T1001" };
    const { data } = importStix(readFileSync(path, "utf8"), { baseline: { ...baseline, retired } });
    expect(data.retired).not.toHaveProperty("T1001");
  });

  test("a sub-technique without its technique, and a technique without a tactic, are left out and told", () => {
    const objects = small()
      .objects.filter((each) => each.name !== "Command and Scripting Interpreter")
      .map((each) => (each.name === "Valid Accounts" ? { ...each, kill_chain_phases: [] } : each));
    const { data, gaps } = importStix(JSON.stringify({ ...small(), objects }), { baseline });
    expect(data.techniques.map((each) => each.uid)).toEqual(["T1685"]);
    expect(gaps.filter((gap) => gap.kind === "damaged").map((gap) => gap.count)).toEqual([1, 1]);
  });
});
