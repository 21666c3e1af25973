import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SpoorError } from "../errors.ts";
import { wellKnownBenign } from "./benign.ts";
import { type IndicatorType, normalised } from "./indicator.ts";
import { readIndicators } from "./read.ts";
import { patternValues } from "./stix-pattern.ts";
import { feedConfidence, feedTime } from "./when.ts";

fc.configureGlobal({ seed: 42 });

const md5 = "0123456789abcdef0123456789abcdef";
const sha1 = `${md5}01234567`;
const sha256 = md5 + md5;
const valuesIn = (text: string): string[] => readIndicators(text, "feed").indicators.map(({ type, value }) => `${type} ${value}`);

describe("a value", () => {
  test("is taken in the form that events hold, whatever dress it comes in", () => {
    const forms: [string, string][] = [
      ["203.0.113.9", "ip 203.0.113.9"],
      ["203[.]0[.]113[.]9", "ip 203.0.113.9"],
      ["203.0.113.9:4443", "ip 203.0.113.9"],
      ["203.0.113.9/32", "ip 203.0.113.9"],
      ["203.0.113.77/24", "cidr 203.0.113.0/24"],
      ["2001:0DB8::0005", "ip 2001:db8::5"],
      ["[2001:db8::5]:443", "ip 2001:db8::5"],
      ["2001:db8::5/64", "cidr 2001:db8::/64"],
      ["::ffff:203.0.113.9", "ip 203.0.113.9"],
      ["Evil.Example.", "domain evil.example"],
      ["*.evil.example", "domain evil.example"],
      ["evil[dot]example", "domain evil.example"],
      ["evil (dot) example", "domain evil.example"],
      ["bücher.example", "domain xn--bcher-kva.example"],
      ["hxxps[://]Evil[.]Example:8443/Gate.php?id=1#top", "url evil.example/Gate.php?id=1"],
      ["hXXp://user:pass@evil.example", "url evil.example/"],
      ["http://203.0.113.9:8080/x", "url 203.0.113.9/x"],
      ["Mallory[at]Evil.Example", "email mallory@evil.example"],
      [md5.toUpperCase(), `md5 ${md5}`],
      [sha1, `sha1 ${sha1}`],
      [sha256, `sha256 ${sha256}`],
    ];
    for (const [text, expected] of forms) {
      const found = normalised(text);
      expect(`${found?.type} ${found?.value}`, text).toBe(expected);
    }
  });

  test("that is none is not made into one", () => {
    const texts = [
      "",
      " ",
      "evil",
      "1.2.3",
      "256.1.1.1",
      "not a value",
      "http://",
      "../../etc/passwd",
      "fe80::1%eth0",
      "a@b",
      "evil.example; DROP TABLE raw",
      "\0",
      "x".repeat(5000),
    ];
    for (const text of texts) expect(normalised(text), text).toBeNull();
    expect(normalised(md5, "sha256")).toBeNull();
    expect(normalised("203.0.113.9", "domain")).toBeNull();
  });

  test("stays the same when it is taken again, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.webUrl(), fc.emailAddress(), fc.domain()), (text) => {
        const found = normalised(text);
        if (found !== null) expect(normalised(found.value, found.type)).toEqual(found);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("CSV", () => {
  test("with a header gives values with what the feed says of them", () => {
    const text = [
      "\uFEFF# a comment",
      "Type,Indicator,Confidence,valid_from,valid_until,Tags,Techniques,Comment",
      'domain,evil[.]example,high,2026-10-01,2026-12-01,"rat;loader",T1071.001 and T1568,"says ""hello"", twice"',
      "ip:port,203.0.113.9:443,75,2026-10-01T12:00:00Z,,,,",
      "sha256,nonsense,50,,,,,",
      `,${md5},,,,,,"a cell`,
      'of two lines"',
      "",
    ].join("\r\n");
    const { format, indicators, leftOut } = readIndicators(text, "feed.csv");
    expect(format).toBe("csv");
    expect(indicators[0]).toEqual({
      type: "domain",
      value: "evil.example",
      validFrom: "2026-10-01 00:00:00.000000",
      validUntil: "2026-12-02 00:00:00.000000",
      confidence: 85,
      labels: ["rat", "loader"],
      attackTechniques: ["T1071.001", "T1568"],
      description: 'says "hello", twice',
    });
    expect(indicators[1]).toMatchObject({
      type: "ip",
      value: "203.0.113.9",
      confidence: 75,
      validFrom: "2026-10-01 12:00:00.000000",
    });
    expect(indicators[2]).toMatchObject({ type: "md5", value: md5, description: "a cell\r\nof two lines" });
    expect(leftOut).toEqual([{ value: "nonsense", reason: "not an address, name, URL, e-mail address or hash" }]);
  });

  test("may have its header in a comment, blanks before quotes, or semicolons", () => {
    expect(
      valuesIn('# made 2026-11-01\n# "first_seen_utc","ioc_value","ioc_type"\n"2026-11-01", "evil.example", "domain"\n'),
    ).toEqual(["domain evil.example"]);
    expect(valuesIn("value;type\nevil.example;domain\n")).toEqual(["domain evil.example"]);
  });

  test("may be a plain list or a hosts file", () => {
    expect(valuesIn("# list\nevil.example # why\n\n203.0.113.0/24\n0.0.0.0 bad.example\n127.0.0.1\tworse.example\n")).toEqual([
      "domain evil.example",
      "cidr 203.0.113.0/24",
      "domain bad.example",
      "domain worse.example",
    ]);
  });

  test("without values says which columns it looks for", () => {
    expect(() => readIndicators("name,age\nann,42\n", "people.csv")).toThrow(SpoorError);
    expect(() => readIndicators("", "empty.csv")).toThrow("has no column that holds indicators");
  });

  test("with hostile cells does no harm", () => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const text = `indicator,type,confidence\n${names.map((name) => `evil.example,${name},${name}`).join("\n")}\n'; DROP TABLE raw; --,domain,1e999\n=cmd|' /C calc'!A0,url,\n"unclosed,domain,\n`;
    const { indicators } = readIndicators(text, "hostile.csv");
    expect(
      indicators.every(({ type, value, confidence }) => type === "domain" && value === "evil.example" && confidence === null),
    ).toBe(true);
    fc.assert(
      fc.property(fc.string(), (rest) => {
        expect(() => readIndicators(`indicator,type\n${rest}`, "any.csv")).not.toThrow();
      }),
    );
  });

  test("of 200,000 lines is read whole", () => {
    const lines = Array.from({ length: 200_000 }, (_, position) => `host-${position}.evil.example,domain`);
    expect(readIndicators(`value,type\n${lines.join("\n")}\n`, "large.csv").indicators).toHaveLength(200_000);
  });
});

describe("a STIX pattern", () => {
  const found = (pattern: string): string => {
    const result = patternValues(pattern);
    return "reason" in result ? result.reason : result.values.map(({ type, value }) => `${type} ${value}`).join(", ");
  };

  test("gives every value that is bad by itself", () => {
    expect(found("[ipv4-addr:value = '203.0.113.9']")).toBe("ip 203.0.113.9");
    expect(found("[ipv4-addr:value ISSUBSET '203.0.113.0/24']")).toBe("cidr 203.0.113.0/24");
    expect(found("[ipv4-addr:value='203.0.113.9'] OR [domain-name:value='evil.example']")).toBe(
      "ip 203.0.113.9, domain evil.example",
    );
    expect(found("[domain-name:value = 'evil.example' OR url:value = 'http://evil.example/a']")).toBe(
      "domain evil.example, url evil.example/a",
    );
    expect(found("([domain-name:value = 'evil.example'] OR [domain-name:value = 'bad.example'])")).toBe(
      "domain evil.example, domain bad.example",
    );
    expect(found("[domain-name:value IN ('evil.example', 'bad.example')]")).toBe("domain evil.example, domain bad.example");
    expect(found("[network-traffic:dst_ref.value = '203.0.113.9']")).toBe("ip 203.0.113.9");
    expect(found("[email-message:from_ref.value = 'Mallory@Evil.example']")).toBe("email mallory@evil.example");
    expect(found(`[file:hashes.'SHA-256' = '${sha256}' OR file:hashes.MD5 = '${md5}']`)).toBe(`sha256 ${sha256}, md5 ${md5}`);
  });

  test("joined by AND gives a hash, which stands for itself, and nothing that is bad only together", () => {
    expect(found(`[file:name = 'a.exe' AND file:hashes.MD5 = '${md5}']`)).toBe(`md5 ${md5}`);
    expect(found("[ipv4-addr:value = '203.0.113.9' AND network-traffic:dst_port = 443]")).toBe(
      "its pattern needs several values together",
    );
    expect(found("[ipv4-addr:value = '203.0.113.9'] AND [domain-name:value = 'evil.example']")).toBe(
      "its pattern needs several observations together",
    );
    expect(found("[domain-name:value = 'evil.example'] FOLLOWEDBY [domain-name:value = 'bad.example']")).toBe(
      "its pattern needs several observations together",
    );
  });

  test("that negates, compares by likeness or counts gives its reason", () => {
    expect(found("[domain-name:value != 'evil.example']")).toBe("its pattern compares by !=");
    expect(found("[domain-name:value LIKE '%.evil.example']")).toBe("its pattern compares by LIKE");
    expect(found("[domain-name:value NOT IN ('evil.example')]")).toBe("its pattern compares by NOT");
    expect(found("[domain-name:value = 'evil.example'] REPEATS 5 TIMES")).toBe("its pattern counts or times observations");
    expect(found("[windows-registry-key:key = 'HKLM\\\\\\\\x']")).toBe("its pattern holds no value that can be looked for");
    for (const text of ["", "[", "]", "[a", "((((", `${"(".repeat(5000)}`, "[ipv4-addr:value = ]", "text", "[x:y = 'z'"])
      expect(found(text)).toBe("its pattern cannot be read");
  });

  test("of any text never throws", () => {
    const words = fc.constantFrom(
      "[",
      "]",
      "(",
      ")",
      "AND",
      "OR",
      "=",
      "IN",
      ",",
      "'a'",
      "ipv4-addr:value",
      " ",
      "\\'",
      "constructor:__proto__",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (parts) => {
        expect(() => patternValues(parts.join(" "))).not.toThrow();
      }),
    );
  });
});

describe("a STIX bundle", () => {
  const indicator = (part: Record<string, unknown>) => ({
    type: "indicator",
    id: "indicator--1",
    pattern_type: "stix",
    pattern: "[domain-name:value = 'evil.example']",
    valid_from: "2026-10-01T00:00:00Z",
    ...part,
  });
  const bundle = (objects: unknown[]): string => JSON.stringify({ type: "bundle", id: "bundle--1", objects });

  test("gives its indicators with validity, confidence and the techniques they indicate", () => {
    const { format, indicators, leftOut } = readIndicators(
      bundle([
        indicator({
          name: "C2 name",
          valid_until: "2026-12-01T00:00:00.5Z",
          confidence: 80,
          labels: ["c2"],
          indicator_types: ["malicious-activity"],
        }),
        {
          type: "attack-pattern",
          id: "attack-pattern--1",
          external_references: [{ source_name: "mitre-attack", external_id: "T1071.001" }],
        },
        { type: "relationship", relationship_type: "indicates", source_ref: "indicator--1", target_ref: "attack-pattern--1" },
        indicator({ id: "indicator--2", revoked: true }),
        indicator({ id: "indicator--3", pattern_type: "sigma", pattern: "title: x" }),
        indicator({ id: "indicator--4", pattern: 5 }),
        { nothing: true },
        null,
      ]),
      "bundle.json",
    );
    expect(format).toBe("stix");
    expect(indicators).toEqual([
      {
        type: "domain",
        value: "evil.example",
        validFrom: "2026-10-01 00:00:00.000000",
        validUntil: "2026-12-01 00:00:00.500000",
        confidence: 80,
        labels: ["c2", "malicious-activity"],
        attackTechniques: ["T1071.001"],
        description: "C2 name",
      },
    ]);
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      "revoked by its source",
      "patterns of type sigma are not read",
      "not a STIX 2.1 indicator",
    ]);
  });

  test("may come in the envelope of a TAXII server", () => {
    expect(valuesIn(JSON.stringify({ more: false, objects: [indicator({})] }))).toEqual(["domain evil.example"]);
  });
});

describe("a MISP event", () => {
  const attribute = (type: string, value: unknown, part: Record<string, unknown> = {}) => ({
    type,
    value,
    to_ids: true,
    ...part,
  });
  const event = (Attribute: unknown[], part: Record<string, unknown> = {}) => ({
    Event: { info: "An incident", date: "2026-10-01", Attribute, ...part },
  });

  test("gives the values of its attributes, also of the two in one", () => {
    const text = JSON.stringify(
      event(
        [
          attribute("ip-dst|port", "203.0.113.9|443"),
          attribute("domain|ip", "evil.example|203.0.113.10"),
          attribute("hostname|port", "c2.evil.example|8443"),
          attribute("filename|sha256", `a.exe|${sha256}`),
          attribute("ip-src", "203.0.113.0/24"),
          attribute("url", "hxxp://evil.example/gate.php"),
        ],
        { Object: [{ Attribute: [attribute("md5", md5)] }] },
      ),
    );
    expect(valuesIn(text)).toEqual([
      "ip 203.0.113.9",
      "domain evil.example",
      "ip 203.0.113.10",
      "domain c2.evil.example",
      `sha256 ${sha256}`,
      "cidr 203.0.113.0/24",
      "url evil.example/gate.php",
      `md5 ${md5}`,
    ]);
  });

  test("gives labels, techniques and MISP's words for confidence", () => {
    const text = JSON.stringify(
      event(
        [attribute("domain", "evil.example", { comment: "C2", Tag: [{ name: 'misp:confidence-level="usually-confident"' }] })],
        {
          Tag: [{ name: 'misp-galaxy:mitre-attack-pattern="Web Protocols - T1071.001"' }],
        },
      ),
    );
    expect(readIndicators(text, "misp.json").indicators[0]).toMatchObject({
      confidence: 75,
      attackTechniques: ["T1071.001"],
      description: "C2",
      validFrom: "2026-10-01 00:00:00.000000",
    });
  });

  test("leaves out what is not meant for detection, deleted or of another kind, and says so; one bad attribute spoils nothing", () => {
    const { indicators, leftOut } = readIndicators(
      JSON.stringify({
        response: [
          event([
            attribute("domain", "context.example", { to_ids: false }),
            attribute("domain", "gone.example", { deleted: true }),
            attribute("mutex", "Global\\x"),
            attribute("constructor", "evil.example"),
            attribute("domain", 5),
            "nonsense",
            attribute("domain", "evil.example"),
          ]),
        ],
      }),
      "misp.json",
    );
    expect(indicators.map(({ value }) => value)).toEqual(["evil.example"]);
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      "not marked for detection (to_ids)",
      "deleted",
      "attributes of type mutex are not matched",
      "attributes of type constructor are not matched",
      "not a MISP attribute",
      "not a MISP attribute",
    ]);
  });

  test("may be an answer that holds attributes alone", () => {
    expect(valuesIn(JSON.stringify({ response: { Attribute: [attribute("domain", "evil.example")] } }))).toEqual([
      "domain evil.example",
    ]);
  });
});

test("JSON that is neither, or cut off, is refused with what to do", () => {
  expect(() => readIndicators('{"hello": 1}', "x.json")).toThrow("neither a STIX 2.1 bundle nor a MISP event");
  expect(() => readIndicators('{"type": "bundle", "objects": [', "x.json")).toThrow("cannot be read as such");
});

describe("the guard against values that everybody uses", () => {
  const reasonOf = (type: IndicatorType, value: string): string | null => wellKnownBenign({ type, value });

  test("refuses well-known names, suffixes, private and special addresses, resolvers, wide blocks and empty files", () => {
    const refused: [IndicatorType, string][] = [
      ["domain", "google.com"],
      ["domain", "www.google.com"],
      ["url", "microsoft.com/"],
      ["domain", "co.uk"],
      ["domain", "duckdns.org"],
      ["ip", "8.8.8.8"],
      ["ip", "10.1.2.3"],
      ["ip", "100.64.3.1"],
      ["ip", "::1"],
      ["cidr", "8.8.8.0/24"],
      ["cidr", "203.0.0.0/8"],
      ["cidr", "2001::/16"],
      ["md5", "d41d8cd98f00b204e9800998ecf8427e"],
    ];
    for (const [type, value] of refused) expect(reasonOf(type, value), value).not.toBeNull();
  });

  test("lets pass what only lies below them", () => {
    const passed: [IndicatorType, string][] = [
      ["domain", "evil.duckdns.org"],
      ["domain", "google.com.evil.example"],
      ["domain", "notgoogle.com"],
      ["url", "storage.googleapis.com/bucket/evil.exe"],
      ["ip", "203.0.113.9"],
      ["cidr", "203.0.113.0/24"],
      ["sha256", sha256],
      ["email", "mallory@evil.example"],
    ];
    for (const [type, value] of passed) expect(reasonOf(type, value), value).toBeNull();
  });
});

test("times of feeds are read in UTC, and what is none is unknown", () => {
  expect(feedTime("2026-11-01")).toBe("2026-11-01 00:00:00.000000");
  expect(feedTime("2026-11-01", { endOfDay: true })).toBe("2026-11-02 00:00:00.000000");
  expect(feedTime("2026-11-01 10:00:00 UTC")).toBe("2026-11-01 10:00:00.000000");
  expect(feedTime("2026-11-01T10:00:00+02:00")).toBe("2026-11-01 08:00:00.000000");
  expect(feedTime(1_793_527_200)).toBe(feedTime(1_793_527_200_000));
  for (const none of ["", "soon", "1601-01-01", "9999-12-31", null, undefined, {}, "99999-99-99"])
    expect(feedTime(none)).toBeNull();
});

test("confidence is a number or a word", () => {
  expect([feedConfidence("80"), feedConfidence(250), feedConfidence(-3), feedConfidence("High")]).toEqual([80, 100, 0, 85]);
  for (const none of ["", "constructor", Number.NaN, null, "1e999"]) expect(feedConfidence(none)).toBeNull();
});
