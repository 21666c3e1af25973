import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { type Matrix, matrixFromRows } from "../ml/matrix.ts";
import { seededRandom } from "../stats/random.ts";
import { canonicalJson } from "./canonical-json.ts";
import { fitUserModel } from "./fit-user-model.ts";
import { explainUser, scoreUsers } from "./score-users.ts";
import type { UserModel } from "./user-model.ts";
import { openUserModel } from "./user-model-body.ts";
import { loadUserModel, saveUserModel } from "./user-model-file.ts";
import { hashOf } from "./user-model-hash.ts";

fc.configureGlobal({ seed: 42 });

const features = [
  { name: "login_hour", unit: "hour of day" },
  { name: "failed_login_count", unit: "sign-ins" },
  { name: "ip_diversity", unit: "addresses" },
];

/** 300 people of the ordinary kind, and one who failed two hundred times at night, without a known address count. */
function people(): Matrix {
  const random = seededRandom(3);
  const rows: (number | null)[][] = Array.from({ length: 300 }, () => [
    9 + random.normal(),
    random.integer(4),
    1 + random.integer(3),
  ]);
  return matrixFromRows([...rows, [3, 200, null]]);
}

const window = { from: "2026-11-01 00:00:00.000000", to: "2026-11-08 00:00:00.000000" };
const model = fitUserModel({
  name: "unusual-sign-in",
  features,
  window,
  matrix: people(),
  seed: 42,
  parameters: { contamination: 0.1 },
});

/** The text of the model with something changed, and the hash made to fit: what a hostile author could write. */
function forged(change: Partial<Record<keyof UserModel, unknown>>): string {
  const changed = { ...model, ...change };
  return canonicalJson({ ...changed, hash: hashOf(changed) });
}

function refusal(text: string, expected?: { features: UserModel["features"] }): SpoorError {
  try {
    loadUserModel(text, expected);
  } catch (error) {
    if (error instanceof SpoorError) return error;
    throw error;
  }
  throw new Error("the model was accepted");
}

describe("a user model", () => {
  test("finds the odd person, says why, and the reasons add up to the score", () => {
    const open = openUserModel(model);
    const { score, anomaly } = scoreUsers(open, people());
    expect(score.indexOf(Math.max(...score))).toBe(300);
    expect(anomaly.every((value) => value > 0 && value < 1)).toBe(true);
    const why = explainUser(open, people(), 300);
    expect(why.score).toBe(score[300]);
    expect(why.usual + why.contributions.reduce((sum, part) => sum + part, 0)).toBeCloseTo(why.score, 9);
    expect(why.contributions.indexOf(Math.max(...why.contributions))).toBe(1);
    expect(why.missing).toEqual([2]);
  });

  test("saved and loaded it is the same, scores bit for bit, and the same model gives the same bytes", () => {
    const text = saveUserModel(model);
    const loaded = loadUserModel(text, { features });
    expect(loaded).toEqual(model);
    expect(scoreUsers(openUserModel(loaded), people())).toEqual(scoreUsers(openUserModel(model), people()));
    expect(saveUserModel(loaded)).toBe(text);
    const again = fitUserModel({
      name: "unusual-sign-in",
      features,
      window,
      matrix: people(),
      seed: 42,
      parameters: { contamination: 0.1 },
    });
    expect(saveUserModel(again)).toBe(text);
  });

  test("rows and features that do not fit each other are refused", () => {
    expect(() => fitUserModel({ name: "x", features: features.slice(1), window, matrix: people(), seed: 1 })).toThrow(RangeError);
  });
});

describe("a model file is refused", () => {
  test("when any byte of it was changed", () => {
    const text = saveUserModel(model);
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.constantFrom("0", "7", "A", "}", '"'), (place, byte) => {
        fc.pre(text[place] !== byte);
        const error = refusal(text.slice(0, place) + byte + text.slice(place + 1));
        expect(error.code).toBe("bad-model");
      }),
      { numRuns: 300 },
    );
    expect(refusal(text.replace('"seed":42', '"seed":43')).message).toContain("was changed after it was written");
    expect(refusal(text.slice(0, -100)).message).toContain("not JSON");
  });

  test("when it is of another format or version", () => {
    expect(refusal("{}").message).toBe("the file is not a Spoor model");
    expect(refusal("[]").message).toBe("the file is not a Spoor model");
    expect(refusal(forged({ formatVersion: 2 })).message).toContain("format version is 2; this version of Spoor reads 1");
    expect(refusal(forged({ kind: "pickle" })).message).toContain("kind");
  });

  test("when it was fitted on other features, which are named", () => {
    const text = saveUserModel(model);
    const [hour, failed, addresses] = features;
    if (hour === undefined || failed === undefined || addresses === undefined) throw new Error("three features");
    const other = { features: [hour, failed, { name: "country_diversity", unit: "countries" }] };
    expect(refusal(text, other).message).toContain("missing: ip_diversity; unknown to the model: country_diversity");
    expect(refusal(text, { features: [failed, hour, addresses] }).message).toContain(
      "the order login_hour, failed_login_count, ip_diversity",
    );
    expect(refusal(text, { features: [{ name: "login_hour", unit: "minutes" }, failed, addresses] }).message).toContain(
      "in another unit: login_hour (hour of day in the model, minutes here)",
    );
  });

  test("when its probes do not get their scores again, though its hash fits", () => {
    const probes = [{ row: [9, 1, 2], score: -0.123 }];
    expect(refusal(forged({ body: { ...model.body, probes } })).message).toContain("where -0.123 was stored");
    expect(refusal(forged({ body: { ...model.body, probes: [{ row: [9, 1], score: -0.4 }] } })).message).toContain(
      "names 3 features",
    );
  });

  test("when its body is something else", () => {
    expect(refusal(forged({ body: { code: "process.exit()" } })).message).toContain("another shape");
    for (const name of ["../../elsewhere", "a/b", "", ".hidden", "\u001b[31mred", "x".repeat(101)])
      expect(refusal(forged({ name })).message, name).toContain("is not a name for a model");
    for (const [from, to] of [
      ["long ago", "yesterday"],
      ["2026-11-02 00:00:00.000000", "2026-11-01 00:00:00.000000"],
    ] as const)
      expect(refusal(forged({ window: { from, to } })).message).toMatch(/is not a time|ends before it begins/);
    expect(refusal(forged({ body: { ...model.body, forest: 1 } })).message).toContain("another shape");
    expect(refusal(saveUserModel(model).replace('"parameters":{', '"parameters":{"__proto__":{"a":1},')).code).toBe("bad-model");
    expect(refusal(`${"[".repeat(100_000)}${"]".repeat(100_000)}`).code).toBe("bad-model");
  });
});

describe("canonical JSON", () => {
  test("is the same for the same value in any order of keys, and reads back as it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: [1, -0, 1e21], a: "é\n", ä: null })).toBe('{"a":"é\\n","b":[1,0,1e+21],"ä":null}');
  });

  test("refuses what JSON has no word for", () => {
    for (const value of [Number.NaN, undefined, { a: undefined }, [Number.POSITIVE_INFINITY], () => 1, new Date(0), 1n]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });
});
