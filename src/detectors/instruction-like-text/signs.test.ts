import { expect, test } from "vitest";
import { families } from "../../../test/support/injections.ts";
import { pointsOf, signsIn } from "./signs.ts";
import { engineWords } from "./stems.ts";

const points = (text: string): number => pointsOf(signsIn(text));

test("every family of planted text but one is told of by its words; that one by where it stands", () => {
  const missed = families.filter(({ texts }) => {
    const planted = texts("zq00vex");
    // Long texts come from the engine in excerpts, and what is spread over several together.
    return ![...planted.slice(0, 50), planted.slice(0, 10).join("\n")].some(
      (text) => points(text.slice(0, 1500) + text.slice(-1500)) >= 30,
    );
  });
  expect(missed.map(({ payload }) => payload)).toEqual(["a thousand rows that approve a tool"]);
});

test.each([
  "Please disregard my previous message, the invoice is attached",
  "chrome.exe --ignore-certificate-errors --disable-extensions",
  "Reminder: follow the travel guidelines, all orders above 500 need approval",
  "The doctors called the tumour benign; the court's verdict is expected on Monday",
  "Google-Assistant/1.0 (Linux; Android 14)",
  "C:\\Program Files\\Common\\system: close all reports",
  "override default rules in policy.xml, bypass proxy for local addresses",
  "Ticket INC-482 closed by the service desk",
  "naïve\u200dté and e-mail\u200b addresses",
  "England wins \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} again",
  "powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\\scripts\\prompt.ps1",
  "robocopy D:\\data E:\\backup /MIR /XD exclude /LOG:report.txt",
  "/report-false-positive?id=4711",
  "Forget everything you know about coffee",
  "Your password was reset. No action is required.",
  "System: backup of the night finished",
  "Bitte beachten Sie die neue Anweisung zur Reisekostenabrechnung",
  "Veuillez suivre les consignes de sécurité du bâtiment",
  "Nuevas instrucciones para el parking de empleados",
  "Новые инструкции по безопасности",
  "关于安全培训的通知",
  "git commit -m 'do not crash when the report is empty' && git push",
  "curl -s https://api.example.com/v1/status?verbose=true",
  "The suspicious activity was detected on this host and the process was blocked. Review the process tree.",
  "Change approved by management: maintenance on Sunday",
  "rundll32.exe C:\\Windows\\System32\\shell32.dll,Control_RunDLL #system:",
  "powershell -enc UwB0AGEAcgB0AC0AUAByAG8AYwBlAHMAcwAgAG4AbwB0AGUAcABhAGQALgBlAHgAZQA=",
  "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
  "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
  "msiexec /i copilot.msi /qn ALLUSERS=1 REPORTTO=none",
])("ordinary text is not told of: %s", (text) => {
  expect(points(text)).toBeLessThan(30);
});

test("what the engine looks for is in lower case, each word has its list, and each look-alike its letter", () => {
  const { gate, words, groups, signs, hidden, base64, anchors, lookalikes, latin } = engineWords;
  expect([...lookalikes]).toHaveLength(latin.length);
  expect(groups).toHaveLength(words.length);
  // In base64 case is meaning.
  for (const one of [...gate, ...words, ...signs, ...hidden, ...anchors]) expect(one).toBe(one.toLowerCase());
  expect(base64.filter((one) => !/^[\w+/\\=]+$/.test(one))).toEqual([]);
});
