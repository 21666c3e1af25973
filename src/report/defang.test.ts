import { expect, test } from "vitest";
import { defanger } from "./defang.ts";

const defang = defanger({
  networks: ["10.0.0.0/8", "147.32.0.0/16", "fd00::/8"],
  names: new Set(["sara@corp.com", "www.corp.com"]),
});

test.each([
  ["http://evil.com/a.php?b=1", "hxxp://evil[.]com/a.php?b=1"],
  ["HTTPS://evil.com and ftp://evil.org", "HxxPS://evil[.]com and fxp://evil[.]org"],
  ["calls 185.193.126.44:443 every minute", "calls 185[.]193[.]126[.]44:443 every minute"],
  ["cdn.sub.evil.co.uk:8443", "cdn[.]sub[.]evil[.]co[.]uk:8443"],
  ["from billing@invoices.com", "from billing[@]invoices[.]com"],
  ["2606:4700::1111 answered", "2606[:]4700::1111 answered"],
  ["www.anything", "www[.]anything"],
  ["xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd[.]xn--p1ai"],
  ["пример.рф", "пример[.]рф"],
  ["cdn.fonts.example by hi@mail.example", "cdn[.]fonts[.]example by hi[@]mail[.]example"],
])("an outsider is defanged: %s", (text, expected) => {
  expect(defang(text)).toBe(expected);
});

test.each([
  "10.20.4.31 and 147.32.84.165",
  "fd00::1",
  "sara@corp.com",
  "WS-0142.corp.internal and DC-01.corp.local",
  "powershell.exe, d.bin, comsvcs.dll, evidence.sql",
  "T1071.001, version 1.0.0, 2026-11-01 10:00:00.000000, every 60.0 s, 6.1 GiB",
  "999.999.999.999",
  "10:30:00",
])("what is not an outsider stays readable: %s", (text) => {
  expect(defang(text)).toBe(text);
});

test("an own name that programs would link is defanged too", () => {
  expect(defang("www.corp.com")).toBe("www[.]corp[.]com");
});
