import fc from "fast-check";
import { expect, test } from "vitest";
import { hostileTexts } from "../../test/hostile-text.ts";
import { lines, markup, trusted } from "./markup.ts";
import { sharedDomain, shortened, textWidth, visible } from "./text.ts";

test("what would hide, reorder or overprint text is written out", () => {
  expect(visible("\u202Eexe.tnemucod")).toBe("⟨U+202E⟩exe.tnemucod");
  expect(visible("zero\u200Bwidth\u00AD")).toBe("zero⟨U+200B⟩width⟨U+00AD⟩");
  expect(visible("\u001B[31mred\u0000\u007F\n")).toBe("␛[31mred␀␡␊");
  expect(visible("lone \uD800")).toBe("lone ⟨U+D800⟩");
  expect(visible("Z\u0300\u0301\u0302\u0303\u0304lgo")).toBe("Z\u0300\u0301\u0302lgo");
  expect(visible("a\n\tb\u0000", { keepLines: true })).toBe("a\n\tb␀");
});

test("what is plain stays as it is, in any script", () => {
  const plain = "Grüße, 密码, пароль, כן, 🦌 sara@corp.example";
  expect(visible(plain)).toBe(plain);
});

test("visible text holds no control, format or lone surrogate character, and making it visible again changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = visible(text);
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(visible(once)).toBe(once);
    }),
  );
});

test("text in a template is escaped for content and for quoted attributes", () => {
  expect(markup`<p title="${'"><script>'}">${"<b>&'"}</p>`.markup).toBe(
    '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</p>',
  );
  expect(markup`${[markup`<i>${1.005}</i>`, null, "<", undefined]}${trusted("<br>")}`.markup).toBe("<i>1</i>&lt;<br>");
  expect(lines("a < b\n\tc").markup).toBe("a &lt; b\n\tc");
});

test("no hostile text leaves a bare angle bracket, quote or ampersand", () => {
  for (const text of hostileTexts) expect(markup`${text}`.markup.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[<>"'&]/);
});

test("shortened text fits, and says that it was shortened", () => {
  expect(shortened("short", 12, 100)).toBe("short");
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 20, max: 200 }), (text, width) => {
      const cut = shortened(text, 12, width);
      expect(textWidth(cut, 12)).toBeLessThanOrEqual(width + 0.001);
      expect(cut === text || cut.endsWith("…")).toBe(true);
    }),
  );
});

test("a domain is left out of a drawing only when every host shares it", () => {
  expect(sharedDomain(["ws-1.corp.example", "dc-1.corp.example", "10.0.0.1"])).toBe(".corp.example");
  expect(sharedDomain(["ws-1.corp.example", "dc-1.other.example"])).toBe("");
  expect(sharedDomain(["ws-1.corp.example"])).toBe("");
  expect(sharedDomain(["10.0.0.1", "10.0.0.2", "fe80::1"])).toBe("");
});
