import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { attackFrom, loadAttack } from "./attack.ts";
import { bundledAttackData, bundledCoOccurrence, formatAttackData, readAttackData } from "./data.ts";

const attack = loadAttack();
const source = fileURLToPath(new URL("..", import.meta.url));
const shared = fileURLToPath(new URL("../../../shared/attack/", import.meta.url));

describe("the data", () => {
  test("are Enterprise ATT&CK 19: 15 tactics, 222 techniques and 475 sub-techniques, with MITRE's notice", () => {
    expect(attack.version).toBe("19");
    expect(attack.tactics).toHaveLength(15);
    expect(attack.techniques.filter((each) => each.parent === null)).toHaveLength(222);
    expect(attack.techniques.filter((each) => each.parent !== null)).toHaveLength(475);
    expect(attack.notice).toContain("reproduced and distributed with the permission of The MITRE Corporation");
    expect(readFileSync(new URL("./data/LICENSE-ATTACK.txt", import.meta.url), "utf8")).toContain(attack.notice);
  });

  test("tactics stand in matrix order, Defense Evasion split in two", () => {
    expect(attack.tactics.map((each) => each.shortname)).toEqual([
      "reconnaissance",
      "resource-development",
      "initial-access",
      "execution",
      "persistence",
      "privilege-escalation",
      "stealth",
      "defense-impairment",
      "credential-access",
      "discovery",
      "lateral-movement",
      "collection",
      "command-and-control",
      "exfiltration",
      "impact",
    ]);
  });

  test("hold together: every relation names something that exists, every retired id leads to a live one", () => {
    const data = bundledAttackData();
    const techniques = new Set(data.techniques.map((each) => each.uid));
    const tactics = new Set(data.tactics.map((each) => each.shortname));
    for (const technique of data.techniques) {
      expect(techniques, technique.uid).toContain(technique.uid.slice(0, 5));
      for (const tactic of technique.tactics) expect(tactics).toContain(tactic);
      for (const mitigation of technique.mitigations) expect(data.mitigations).toHaveProperty(mitigation);
      for (const component of technique.dataComponents) expect(data.dataComponents).toHaveProperty(component);
    }
    for (const [from, to] of Object.entries(data.retired)) {
      expect(techniques).not.toContain(from);
      expect(techniques).toContain(to);
    }
    for (const [key, others] of Object.entries(bundledCoOccurrence().techniques)) {
      for (const uid of [key, ...others.map(([other]) => other)]) expect(techniques).toContain(uid);
    }
  });

  test("read and written again they are the same bytes", () => {
    const path = fileURLToPath(new URL("./data/attack.json", import.meta.url));
    expect(formatAttackData(readAttackData(path))).toBe(readFileSync(path, "utf8"));
  });

  test.skipIf(!existsSync(shared))(
    "agree with the ATT&CK ids in the shared folder (skipped where ../shared/attack is absent)",
    () => {
      const ids = JSON.parse(readFileSync(join(shared, "attack-v19-ids.json"), "utf8"));
      expect(attack.techniques.map((each) => [each.uid, each.name])).toEqual(
        ids.techniques.map((each: string[]) => [each[0], each[1]]),
      );
      expect(bundledAttackData().retired).toEqual(ids.revoked);
    },
  );

  test("a file that is missing or something else is refused in words", () => {
    expect(() => loadAttack({ dataFile: join(source, "no-such-file.json") })).toThrow(/cannot be read/);
    expect(() => loadAttack({ dataFile: fileURLToPath(import.meta.url) })).toThrow(/not ATT&CK data/);
  });
});

describe("a technique", () => {
  test("has its parent, tactics in matrix order, mitigations and data components by name", () => {
    const technique = attack.technique("T1071.001");
    expect(technique).toMatchObject({
      uid: "T1071.001",
      name: "Web Protocols",
      parent: { uid: "T1071", name: "Application Layer Protocol" },
    });
    expect(technique?.mitigations).toContainEqual({ uid: "M1031", name: "Network Intrusion Prevention" });
    expect(technique?.dataComponents).toContainEqual({ uid: "DC0085", name: "Network Traffic Content" });
    expect(attack.technique("T1078")?.tactics.map((each) => each.name)).toEqual([
      "Initial Access",
      "Persistence",
      "Privilege Escalation",
      "Stealth",
    ]);
  });

  test("is found by a retired id, also by one that an even older version used, and in any case", () => {
    expect(attack.technique("T1562.001")?.uid).toBe("T1685");
    expect(attack.technique("T1089")?.uid).toBe("T1685");
    expect(attack.technique("T1070.001")?.name).toBe("Clear Windows Event Logs");
    expect(attack.technique(" t1086 ")?.uid).toBe("T1059.001");
  });

  test("is null for what ATT&CK does not have, whatever the text", () => {
    for (const id of ["T9999", "T1059.999", "", "constructor", "__proto__", "CST0007", "T1059; DROP TABLE"]) {
      expect(attack.technique(id)).toBeNull();
    }
  });

  test("that replaced others has the largest of their usage counts; one without a predecessor has none", () => {
    expect(attack.technique("T1685")?.usage).toEqual({ groups: 30, software: 71, campaigns: 9 });
    expect(attack.technique("T1682")?.usage).toBeNull();
  });

  test("knows its company: MFA request generation goes with cloud accounts", () => {
    const others = attack.coOccurring("T1621");
    expect(others.find((each) => each.technique.uid === "T1078.004")).toMatchObject({ probability: 0.75 });
    expect(others.map((each) => each.probability)).toEqual(others.map((each) => each.probability).sort((a, b) => b - a));
    expect(attack.coOccurring("T9999")).toEqual([]);
    expect(attack.coOccurring("T1086")).toEqual(attack.coOccurring("T1059.001"));
  });
});

describe("a tactic by its name", () => {
  const names = (tactic: string, id?: string) => attack.tacticsOf(tactic, id).map((each) => each.shortname);

  test("is understood as vendors spell it", () => {
    for (const spelling of ["Command and Control", "CommandAndControl", "command-and-control", "TA0011", "command_and_control"]) {
      expect(names(spelling)).toEqual(["command-and-control"]);
    }
  });

  test("defense-evasion becomes stealth or defense-impairment, as the technique says", () => {
    expect(names("defense-evasion")).toEqual(["stealth", "defense-impairment"]);
    expect(names("DefenseEvasion", "T1027")).toEqual(["stealth"]);
    expect(names("Defense Evasion", "T1562.001")).toEqual(["defense-impairment"]);
    expect(names("TA0005", "T1562.001")).toEqual(["defense-impairment"]);
    expect(names("TA0005", "T1027")).toEqual(["stealth"]);
    expect(names("Stealth")).toEqual(["stealth"]);
  });

  test("narrows a technique to that tactic; one that says nothing about it leaves them all", () => {
    expect(names("Initial Access", "T1078")).toEqual(["initial-access"]);
    expect(names("SuspiciousActivity", "T1078")).toEqual(["initial-access", "persistence", "privilege-escalation", "stealth"]);
    expect(names("SuspiciousActivity")).toEqual([]);
  });
});

describe("tags", () => {
  test("one per tactic, ordered by technique and matrix, doubles and retired ids merged", () => {
    const tags = attack.tags(["T1685", "T1078", "T1562.001", "T1059.001"]);
    expect(tags.map((tag) => `${(tag.subTechnique ?? tag.technique).uid} ${tag.tactic.name}`)).toEqual([
      "T1059.001 Execution",
      "T1078 Initial Access",
      "T1078 Persistence",
      "T1078 Privilege Escalation",
      "T1078 Stealth",
      "T1685 Defense Impairment",
    ]);
    expect(tags[0]).toEqual({
      tactic: { uid: "TA0002", name: "Execution" },
      technique: { uid: "T1059", name: "Command and Scripting Interpreter" },
      subTechnique: { uid: "T1059.001", name: "PowerShell" },
      version: "19",
    });
  });

  test("an unknown id is kept, last, under Unknown, without invisible characters and bounded", () => {
    const hostile = `t9999\u202e\u0000\u001b[31m${"x".repeat(500)}`;
    const tags = attack.tags([hostile, "T1046", ""]);
    expect(tags.map((tag) => tag.technique.uid)).toEqual(["T1046", `T9999[31M${"X".repeat(55)}`]);
    expect(tags[1]).toMatchObject({
      tactic: { uid: "", name: "Unknown" },
      technique: { name: "not in ATT&CK 19" },
      subTechnique: null,
    });
  });

  test("resolve says what became of each id", () => {
    const { techniques, retired, unknown } = attack.resolve(["T1046", "T1086", "T0000", "T1046"]);
    expect(techniques.map((each) => each.uid)).toEqual(["T1046", "T1059.001"]);
    expect(retired).toEqual([{ from: "T1086", to: "T1059.001" }]);
    expect(unknown).toEqual(["T0000"]);
  });
});

test("an ATT&CK over other data keeps the co-occurrence of techniques that moved", () => {
  const data = bundledAttackData();
  const renamed = data.techniques.map((each) => (each.uid === "T1621" ? { ...each, uid: "T1999" } : each));
  const newer = attackFrom({ ...data, techniques: renamed, retired: { ...data.retired, T1621: "T1999" } }, bundledCoOccurrence());
  expect(newer.coOccurring("T1999").map((each) => each.technique.uid)).toEqual(
    attack.coOccurring("T1621").map((each) => each.technique.uid),
  );
});

// Vendor-shaped test data may hold any id a vendor sends, and this folder's tests speak of retired ones.
const exempt = /(^|\/)(attack|cases|fixtures)\/|\.test\.ts$/;

test("every technique id that the program uses is a current one", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(ts|sql|md|ya?ml|json)$/.test(name) && !exempt.test(name) && !name.startsWith("sources/"));
  expect(files.length).toBeGreaterThan(0);
  const wrong = files.flatMap((name) => {
    const ids = new Set(readFileSync(join(source, name), "utf8").match(/\bT\d{4}(\.\d{3})?\b/g) ?? []);
    return [...ids].filter((id) => attack.technique(id)?.uid !== id).map((id) => `${name}: ${id}`);
  });
  expect(wrong).toEqual([]);
});
